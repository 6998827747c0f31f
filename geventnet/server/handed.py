"""Handed: the connections of a server that live in other processes now.

With each of them has gone one end of a pipe. Its end comes when the Socket there is closed, or the
last process that has it is gone.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import partial
from typing import Any

from ..loop.scheduler import Scheduler
from ..loop.unpatched import close_fd
from ..loop.watchers import POLL_IN

__all__ = ["Handed"]


class Handed:
    """See the top of this file. `left()` is called, in the hub, when one of them has closed."""

    __slots__ = ("_left", "_scheduler", "_watchers", "ever")

    def __init__(self, scheduler: Scheduler, left: Callable[[], object]) -> None:
        self._scheduler = scheduler
        self._left = left
        #: The watchers of the pipes, by descriptor.
        self._watchers: dict[int, Any] = {}
        #: Whether there ever was one.
        self.ever: bool = False

    def __len__(self) -> int:
        return len(self._watchers)

    def tether(self) -> int:
        """The end that travels with another one."""
        ours, theirs = os.pipe()
        self.ever = True
        watcher = self._watchers[ours] = self._scheduler.io(ours, POLL_IN)
        watcher.start(partial(self._ended, ours))
        return theirs

    def _ended(self, descriptor: int) -> None:
        self._drop(descriptor)
        self._left()

    def _drop(self, descriptor: int) -> None:
        watcher = self._watchers.pop(descriptor)
        watcher.stop()
        watcher.close()
        close_fd(descriptor)

    def forget(self) -> None:
        """They are not waited for any more."""
        for descriptor in list(self._watchers):
            self._drop(descriptor)
