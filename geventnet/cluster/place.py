"""Place: one of the N places of a cluster, and the worker that has it.

A worker that ends is followed by another one: at once, or, if it ended soon after its start, with
back-off; the cluster gives up when that happens again and again. On a restart the successor is
started first, and the worker goes on until the successor is ready; a successor that ends before
changes nothing.
"""

from __future__ import annotations

import logging
from typing import Any, Final, Protocol

from gevent import Greenlet, spawn_later

from .child import Child, ChildState, Exit

__all__ = ["Place"]

log: Final = logging.getLogger("geventnet.cluster")

#: A worker that has lived this long was sound (seconds).
_SOUND: Final = 1.0
#: How long the back-off is (seconds): at first, and at most.
_FIRST_DELAY, _LONGEST_DELAY = 0.1, 5.0


class Staff(Protocol):
    """The primary, as one of its places knows it."""

    @property
    def is_stopping(self) -> bool: ...
    def start_worker(self, place: int) -> Child:
        """Start a process; raises `OSError`."""

    def give_up(self, reason: str) -> None:
        """No worker can be kept alive."""


class Place:
    """See the top of this file."""

    __slots__ = (
        "_failures",
        "_give_up_after",
        "_number",
        "_staff",
        "_timer",
        "successor",
        "worker",
    )

    def __init__(self, staff: Staff, number: int, give_up_after: int | None) -> None:
        self._staff = staff
        self._number = number
        self._give_up_after = give_up_after
        #: Who has the place, if anybody.
        self.worker: Child | None = None
        #: Who shall have it, once ready.
        self.successor: Child | None = None
        #: How many workers in a row have ended soon after their start.
        self._failures = 0
        self._timer: Greenlet[..., Any] | None = None

    def fill(self) -> None:
        """Start a worker."""
        self._timer = None
        if self._staff.is_stopping:
            return
        try:
            self.worker = self._staff.start_worker(self._number)
        except OSError as error:
            self._failed(f"a worker could not be started ({error})")

    def restart(self) -> None:
        """Start a worker that takes the place when it is ready."""
        if self.worker is None:
            # The next one is new anyhow.
            return
        abandoned, self.successor = self.successor, None
        if abandoned is not None:
            abandoned.stop()
        try:
            self.successor = self._staff.start_worker(self._number)
        except OSError as error:
            log.error("no worker could be started in the place of %r: %s", self.worker, error)

    def vacate(self) -> None:
        """Start nobody any more."""
        timer, self._timer = self._timer, None
        if timer is not None:
            timer.kill(block=False)

    # What befalls the workers.

    def online(self, child: Child) -> None:
        if child is self.successor and (self.worker is None or not self.worker.has_listened):
            self._succeed()

    def listening(self, child: Child) -> None:
        if child is self.successor:
            self._succeed()

    def left(self, child: Child, how: Exit | None) -> None:
        """`child` has ended, or, without `how`, leaves by itself."""
        if self._staff.is_stopping:
            return
        if child is self.successor:
            self.successor = None
            log.error("%r ended before it was ready (%s): %r stays", child, how, self.worker)
        elif child is self.worker:
            self.worker, self.successor = self.successor, None
            if self.worker is None:
                self._follow(child, how)

    def _succeed(self) -> None:
        last, self.worker, self.successor = self.worker, self.successor, None
        self._failures = 0
        if last is not None:
            last.stop()

    def _follow(self, child: Child, how: Exit | None) -> None:
        what = f"{child!r} leaves" if how is None else f"{child!r} has ended ({how})"
        if child.online_for < _SOUND:
            self._failed(what)
            return
        self._failures = 0
        if how is not None:
            log.warning("%s; another one is started", what)
        self.fill()

    def _failed(self, what: str) -> None:
        self._failures += 1
        if self._failures == self._give_up_after:
            self._staff.give_up(f"{what} soon after its start, {self._failures} times in a row")
            return
        delay = min(_FIRST_DELAY * 2 ** (self._failures - 1), _LONGEST_DELAY)
        log.warning("%s; another one is started in %g s", what, delay)
        self._timer = spawn_later(delay, self.fill)

    @property
    def is_served(self) -> bool:
        """Whether its worker has got as far as listening, and nobody is to follow it."""
        worker = self.worker
        listening = worker is not None and worker.state is ChildState.LISTENING
        return listening and self.successor is None
