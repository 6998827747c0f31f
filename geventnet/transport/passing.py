"""PassingSocket: a Unix socket over which descriptors are passed (SCM_RIGHTS).

Whoever reads its bytes, the descriptors that come with them are kept here, in their order, until
they are asked for; those that nobody asks for are closed with it.
"""

from __future__ import annotations

import _socket
import errno
import os
from array import array
from collections import deque
from collections.abc import Sequence
from typing import Any, Final

from ..loop.unpatched import close_fd

__all__ = ["MOST_DESCRIPTORS", "PassingSocket"]

#: How many descriptors one message carries at most.
MOST_DESCRIPTORS: Final = 2
#: So many may wait to be asked for; a peer that sends more is not one of ours.
_MOST_KEPT: Final = 64
_INT: Final = array("i").itemsize


class PassingSocket(_socket.socket):
    """See the top of this file."""

    def __init__(self, fileno: int, blocking: bool) -> None:
        super().__init__(fileno=fileno)
        self.setblocking(blocking)
        #: Received, and nobody's yet.
        self.kept: deque[int] = deque()

    def _keep(self, ancillary: Sequence[tuple[int, int, bytes]]) -> None:
        for level, kind, data in ancillary:
            if level == _socket.SOL_SOCKET and kind == _socket.SCM_RIGHTS:
                self.kept.extend(array("i", data[: len(data) - len(data) % _INT]))
        if len(self.kept) > _MOST_KEPT:
            raise OSError(errno.EMFILE, os.strerror(errno.EMFILE))

    def recv(self, size: int, flags: int = 0) -> bytes:
        if flags & _socket.MSG_PEEK:
            # Descriptors would come with the bytes each time.
            return super().recv(size, flags)
        space = _socket.CMSG_SPACE(MOST_DESCRIPTORS * _INT)
        data, ancillary, _, _ = self.recvmsg(size, space, flags | _socket.MSG_CMSG_CLOEXEC)
        if ancillary:
            self._keep(ancillary)
        return data

    def recv_into(self, buffer: Any, nbytes: int = 0, flags: int = 0) -> int:
        view = memoryview(buffer)
        space = _socket.CMSG_SPACE(MOST_DESCRIPTORS * _INT)
        count, ancillary, _, _ = self.recvmsg_into(
            [view[:nbytes] if nbytes else view], space, flags | _socket.MSG_CMSG_CLOEXEC
        )
        if ancillary:
            self._keep(ancillary)
        return count

    def pass_on(self, data: bytes, descriptors: Sequence[int]) -> int:
        """Send the beginning of `data`, and with its first byte the descriptors.

        Returns how many bytes the system has taken. Raises `BlockingIOError`, and `OSError`.
        """
        rights = (_socket.SOL_SOCKET, _socket.SCM_RIGHTS, array("i", descriptors))
        return self.sendmsg([data], [rights])

    def _close_kept(self) -> None:
        while self.kept:
            close_fd(self.kept.popleft())

    def close(self) -> None:
        self._close_kept()
        super().close()

    def detach(self) -> int:
        self._close_kept()
        return super().detach()
