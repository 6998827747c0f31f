"""Dialling: one attempt to connect a descriptor to an address."""

from __future__ import annotations

import _socket
import errno
from collections.abc import Callable
from typing import Any

from .turn import FREE, Owner, PumpTask, Turn

__all__ = ["Attempt"]

_IN_PROGRESS = (errno.EINPROGRESS, errno.EWOULDBLOCK, errno.EINTR)


class Attempt(PumpTask):
    """Connects `sock` and tells `done(errno_or_zero)` in a turn of its own; never blocks."""

    __slots__ = ("_done", "_error", "_sock", "_turn", "_watcher")

    lane = FREE

    def __init__(
        self,
        owner: Owner,
        turn: Turn,
        sock: _socket.socket,
        address: Any,
        ref: bool,
        done: Callable[[int], object],
    ) -> None:
        self.owner = owner
        self._turn = turn
        self._sock = sock
        self._done: Callable[[int], object] | None = done
        self._watcher: Any = None
        self._error = sock.connect_ex(address)
        if self._error in _IN_PROGRESS and sock.family != getattr(_socket, "AF_UNIX", None):
            self._watcher = turn.io(sock.fileno(), 2, ref)
            self._watcher.start(turn.ready.append, self)
        else:
            turn.submit(self)

    def run(self) -> None:
        done = self._done
        if done is None:
            return
        error = self._error
        if self._watcher is not None:
            error = self._sock.getsockopt(_socket.SOL_SOCKET, _socket.SO_ERROR)
        self.cancel()
        done(error)

    def suspend(self) -> None:
        """Nothing to do: the FREE lane is never held."""

    def set_ref(self, ref: bool) -> None:
        if self._watcher is not None:
            self._watcher.ref = ref

    def cancel(self) -> None:
        """Give the attempt up; the descriptor is the caller's to close."""
        self._done = None
        if self._watcher is not None:
            self._watcher.stop()
            self._watcher.close()
            self._watcher = None
