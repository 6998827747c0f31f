"""Wake-up descriptor: it ends the poll when a signal comes, so that the handler is called at once.

gevent looks for signals before the loop polls, and the poll ends when a signal interrupts it. One
that comes in between, or that the system gives to another thread, would be heard at the next event.
So while somebody serves, the loop polls a descriptor that Python writes to when a signal comes.

gevent's libuv loop needs none: it looks for signals three times a second. It would not end either,
as it goes on for any active watcher of a descriptor.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Final

from gevent import monkey

from .scheduler import Scheduler
from .unpatched import close_fd
from .watchers import POLL_IN

__all__ = ["handles_signals", "hear_signals", "take_down_of_others"]

#: The system's own: gevent's notes the descriptor for the ends of processes as well.
_set_wakeup_fd: Final[Callable[..., int]] = monkey.get_original("signal", "set_wakeup_fd")

_wake_up: _WakeUp | None = None


def handles_signals() -> bool:
    """Whether the calling thread is the one that the handlers of signals run in."""
    try:
        _set_wakeup_fd(-2)
    except ValueError:
        return False
    except OSError:
        # There is no such descriptor, and the thread may set one.
        pass
    return True


def hear_signals(scheduler: Scheduler) -> Callable[[], object]:
    """Have the handlers of signals called at once, until what this returns is called.

    For the thread that handles signals.
    """
    global _wake_up
    if hasattr(scheduler.loop, "SIGNAL_CHECK_INTERVAL_MS"):
        return int
    if _wake_up is None:
        try:
            _wake_up = _WakeUp(scheduler)
        except OSError:
            # There is no descriptor left: a signal is heard at the next event.
            return int
    return _wake_up.share()


def take_down_of_others(scheduler: Scheduler | None) -> None:
    """In a child that a thread has forked: what the main thread's hub polls is the parent's."""
    if _wake_up is not None and _wake_up.scheduler is not scheduler:
        _wake_up.hub_destroyed()


class _WakeUp:
    """See the top of this file."""

    __slots__ = ("__weakref__", "_before", "_reader", "_users", "_watcher", "_writer", "scheduler")

    def __init__(self, scheduler: Scheduler) -> None:
        self.scheduler: Scheduler = scheduler
        self._users = 0
        self._set_up()
        scheduler.dependents.add(self)

    def share(self) -> Callable[[], object]:
        self._users += 1
        return self._leave

    def _leave(self) -> None:
        self._users -= 1
        if not self._users:
            self.hub_destroyed()

    def _set_up(self) -> None:
        self._reader, self._writer = reader, writer = os.pipe()
        for descriptor in (reader, writer):
            os.set_blocking(descriptor, False)
        #: What the program has set itself, which is told as well; -1 is nothing.
        self._before = _set_wakeup_fd(writer, warn_on_full_buffer=False)
        self._watcher: Any = self.scheduler.io(reader, POLL_IN, False)
        self._watcher.start(self._drain)

    def _drain(self) -> None:
        with suppress(OSError):
            numbers = os.read(self._reader, 4096)
            if self._before >= 0:
                os.write(self._before, numbers)

    def _take_down(self) -> None:
        try:
            now = _set_wakeup_fd(self._before, warn_on_full_buffer=False)
        except (OSError, ValueError):
            # The program has closed its descriptor, whose number may be another file's by now.
            now = _set_wakeup_fd(-1)
        if now != self._writer:
            # The program has set another one meanwhile, which it may have closed as well.
            with suppress(OSError, ValueError):
                _set_wakeup_fd(now)
        self._watcher.stop()
        self._watcher.close()
        for descriptor in (self._reader, self._writer):
            close_fd(descriptor)

    def forked(self) -> None:
        """The descriptors are shared with the parent: this process needs its own."""
        global _wake_up
        self._take_down()
        try:
            self._set_up()
        except OSError:
            # As in `hear_signals`.
            _wake_up = None

    def hub_destroyed(self) -> None:
        global _wake_up
        if _wake_up is self:
            _wake_up = None
            self._take_down()
