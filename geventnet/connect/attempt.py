"""Attempt: one descriptor that is being connected."""

from __future__ import annotations

import _socket
import errno
import os
from collections.abc import Callable
from typing import Any

from ..addresses import unix
from ..loop.scheduler import Scheduler
from ..loop.tasks import FREE, Owner
from ..loop.watchers import POLL_OUT, Watched

__all__ = ["Attempt"]

#: On Linux a refusal for want of a free port is EAGAIN, which is EWOULDBLOCK.
_IN_PROGRESS = (errno.EINPROGRESS, errno.EINTR) + ((errno.EWOULDBLOCK,) if os.name == "nt" else ())


class Attempt(Watched):
    """Connects `sock` and calls `done(errno_or_zero)` in a task of its own; never blocks.

    Raises `OSError` for what the system refuses at once, except that nobody listens there.
    """

    __slots__ = ("_done", "_error", "_sock")

    lane = FREE
    events = POLL_OUT

    def __init__(
        self,
        owner: Owner,
        scheduler: Scheduler,
        sock: _socket.socket,
        address: Any,
        ref: bool,
        done: Callable[[int], object],
    ) -> None:
        super().__init__(owner, scheduler, sock.fileno(), ref)
        self._sock = sock
        self._done: Callable[[int], object] | None = done
        if sock.family == unix.AF_UNIX:
            self._error = unix.connect(sock, address)
            scheduler.run_after_poll(self)
            return
        self._error = sock.connect_ex(address)
        if self._error in _IN_PROGRESS:
            self.start()
        elif self._error in (0, errno.ECONNREFUSED):
            scheduler.run_after_poll(self)
        else:
            raise OSError(self._error, os.strerror(self._error))

    def run(self) -> None:
        done = self._done
        if done is None:
            return
        error = self._error
        if self.wanted:
            error = self._sock.getsockopt(_socket.SOL_SOCKET, _socket.SO_ERROR)
        self.cancel()
        done(error)

    def cancel(self) -> None:
        """Give the attempt up; the descriptor is the caller's to close."""
        self._done = None
        self.close()
