"""Calls: how a greenlet waits for a socket, and what it is told when that fails.

A greenlet waits for a condition on the socket's state (`_park`), which is looked at again at every
change of that state (`_changed`), and once more by the greenlet when it runs. So being woken means
nothing by itself, and a greenlet that is thrown out of its wait, by a timeout or a kill, leaves
nothing behind.

A socket's `_calls` is None until its first blocking call. From then on:

========  =======================================================================================
reader    the greenlet that waits for bytes; a second one is refused
line      those who want to send, first come first served: who stands in it has sent nothing
sent      how many of the bytes that had to wait were given to the system: a `sendall` returns when
          that number has passed the end of its own
kept      the error that the socket was destroyed with, until a call raises it
files     what `makefile()` has given out: a `close()` waits for them
========  =======================================================================================
"""

from __future__ import annotations

import errno
import os
from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

from gevent import Timeout
from greenlet import greenlet

from . import errors
from .handle import Handle
from .idle import IdleClock
from .stream.duplex import Duplex
from .turn import Parking
from .waitable import Waitable

if TYPE_CHECKING:
    from .pumps import ReadPump, WritePump

__all__ = ["BlockingCalls", "Calls", "misuse", "would_block"]

_T = TypeVar("_T")


class _Parked:
    """A greenlet that waits until `ready()`."""

    __slots__ = ("parking", "ready")

    def __init__(self, parking: Parking, ready: Callable[[], bool]) -> None:
        self.parking = parking
        self.ready = ready


class Calls:
    """What the blocking calls of one socket share."""

    __slots__ = ("closing", "files", "kept", "limit", "line", "parked", "reader", "sent")

    def __init__(self) -> None:
        #: Seconds for each call; None is no limit, 0 does not block.
        self.limit: float | None = None
        self.kept: BaseException | None = None
        self.reader: greenlet | None = None
        self.parked: list[_Parked] = []
        self.line: deque[object] = deque()
        self.sent = 0
        self.files = 0
        self.closing = False


class BlockingCalls(Waitable, Duplex):
    """What receiving, sending and ending have in common."""

    __slots__ = ()

    _calls: Calls | None
    _in: ReadPump | None
    _out: WritePump | None
    _plain: WritePump | None
    _sock: Handle | None
    _joined: bytes | None
    _connecting: bool
    _has_handle: bool
    _no_delay: bool
    _bytes_dispatched: int
    _idle: IdleClock | None
    bytes_read: int

    if TYPE_CHECKING:

        def _touch(self) -> None: ...
        def _flush_joined(self) -> bool: ...
        def _on_read_error(self, error: OSError) -> None: ...
        def destroy_soon(self) -> None: ...
        def fileno(self) -> int: ...

    def _begin(self) -> Calls:
        """What every blocking call begins with."""
        self._turn.check_blocking()
        calls = self._calls
        if calls is None:
            calls = self._calls = Calls()
        return calls

    def _limited(self, name: str, call: Callable[..., _T], *args: Any) -> _T:
        """Make a call within the limit of `settimeout`."""
        calls = self._calls
        limit = None if calls is None else calls.limit
        if not limit:
            return call(*args)
        timer = Timeout.start_new(limit)
        try:
            return call(*args)
        except Timeout as expired:
            if expired is not timer:
                raise
            raise errors.timed_out(f"{name} took longer than {limit} seconds") from None
        finally:
            timer.close()

    def _is_over(self, calls: Calls) -> bool:
        """Whether the connection that a call was made on has ended; there may be another."""
        return self._destroyed or self._calls is not calls

    def _await_connection(self, calls: Calls, operation: str) -> None:
        """Block until the connection stands that is being made; raise if it fails."""
        while self._connecting:
            self._park(calls, lambda: not self._connecting)
            if self._is_over(calls):
                raise self._failure(calls, operation)

    def _check_open(self, calls: Calls, operation: str) -> None:
        if self._is_over(calls):
            raise self._failure(calls, operation)
        self._await_connection(calls, operation)
        if self._destroyed:
            raise self._failure(calls, operation)
        if not self._has_handle:
            raise errors.system_error(errno.ENOTCONN, operation)

    def _failure(self, calls: Calls, operation: str) -> BaseException:
        """What a call that does `operation` raises on a socket that failed or was destroyed."""
        if calls is self._calls and self._errored is not None and not self._destroyed:
            # What would do it may wait for the very lane that the caller holds.
            self.destroy(self._errored)
        while (
            calls is self._calls
            and self._errored is not None
            and not self._error_emitted
            and not self._close_emitted
        ):
            # Who gets the error is decided in one place, and that is yet to come.
            self._park(calls, lambda: self._error_emitted or self._close_emitted)
        kept = calls.kept
        if kept is not None:
            calls.kept = None
            return kept
        return errors.system_error(errno.EBADF, operation)

    def _take_error(self, error: BaseException) -> bool:
        calls = self._calls
        if calls is None or (calls.reader is None and not calls.parked):
            return False
        calls.kept = error
        self._changed()
        return True

    def _keep_error(self, error: BaseException) -> bool:
        """Keep an error that nobody hears for the next blocking call, if there has been one."""
        if self._calls is None:
            return False
        self._calls.kept = error
        return True

    def _restart_calls(self) -> None:
        """Start over: whoever still blocks does so in calls of the last connection, and wakes."""
        last = self._calls
        if last is not None:
            self._calls = Calls()
            self._calls.limit = last.limit
            self._calls.files = last.files
            for parked in last.parked:
                parked.parking.wake(None)

    def _park(self, calls: Calls, ready: Callable[[], bool]) -> None:
        """Block the calling greenlet until `ready()` was true after a change.

        It also ends, whatever `ready()` says, when the connection has given way to another.
        """
        if ready():
            return
        if calls.limit == 0:
            raise would_block()
        parked = _Parked(Parking(self._turn), ready)
        calls.parked.append(parked)
        try:
            parked.parking.park(None, "")
        finally:
            calls.parked.remove(parked)

    def _changed(self) -> None:
        """The socket's state has changed: wake those whose condition is fulfilled."""
        calls = self._calls
        if calls is not None and calls.parked:
            for parked in calls.parked:
                if parked.ready():
                    parked.parking.wake(None)


def misuse(message: str) -> errors.NetRuntimeError:
    return errors.NetRuntimeError(message, "ERR_INVALID_STATE")


def would_block() -> BlockingIOError:
    return BlockingIOError(errno.EAGAIN, os.strerror(errno.EAGAIN))
