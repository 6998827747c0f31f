"""Channel: what primary and worker say to each other, over a pair of Unix sockets.

A message is a JSON value behind its length, and perhaps carries a descriptor. What is sent is
queued, and never blocks; what is heard is told in the order in which it was sent.
"""

from __future__ import annotations

import json
import os
import struct
from array import array
from collections import deque
from contextlib import suppress
from typing import Any, Final, Protocol

from gevent import Greenlet, socket
from gevent.queue import SimpleQueue

from ..loop.unpatched import close_fd

__all__ = ["Channel", "Listener", "Message"]

Message = dict[str, Any]

_HEAD: Final = struct.Struct("!I?")
_INT: Final = array("i").itemsize


class Listener(Protocol):
    """Who is at this end; called in a greenlet of the channel."""

    def heard(self, message: Message, fd: int | None) -> None:
        """The other end has said `message`; the descriptor that came with it is ours."""

    def channel_ended(self) -> None:
        """The other end has closed its side, or is dead: nothing more will be heard."""


class Channel:
    """See the top of this file."""

    __slots__ = ("_listener", "_outgoing", "_reader", "_sock", "_writer", "is_open")

    def __init__(self, sock: socket.socket, listener: Listener) -> None:
        self._sock = sock
        self._listener = listener
        self._outgoing: SimpleQueue[tuple[bytes, int | None] | None] = SimpleQueue()
        #: Whether what is sent can arrive.
        self.is_open: bool = True
        self._reader = Greenlet.spawn(self._read)
        self._writer = Greenlet.spawn(self._write)

    def set_ref(self, ref: bool) -> None:
        """Whether waiting for the other end keeps the program running."""
        if self._sock.fileno() >= 0:
            # gevent's stubs do not know the property.
            self._sock.ref = ref  # type: ignore[attr-defined]

    def send(self, message: Message, fd: int | None = None) -> bool:
        """Send, with a duplicate of `fd`; False if the channel has ended."""
        body = json.dumps(message).encode()
        if not self.is_open:
            return False
        frame = _HEAD.pack(len(body), fd is not None) + body
        self._outgoing.put((frame, None if fd is None else os.dup(fd)))
        return True

    def end(self) -> None:
        """Send what is queued, and end; the other end is told."""
        if self.is_open:
            self.is_open = False
            self._outgoing.put(None)

    def abandon(self) -> None:
        """This process is a fork, and the channel is its parent's."""
        self.is_open = False
        self._reader.kill(block=False)
        self._writer.kill(block=False)
        self._sock.close()

    def join(self, timeout: float) -> None:
        """Wait until all is heard that the other end, which has gone, has said."""
        self._reader.join(timeout)

    def _write(self) -> None:
        # When the other end has gone, what is still queued is dropped, up to the end.
        while (entry := self._outgoing.get()) is not None:
            frame, fd = entry
            try:
                self._transmit(frame, fd)
            except OSError:
                self.end()
            finally:
                if fd is not None:
                    close_fd(fd)
        with suppress(OSError):
            self._sock.shutdown(socket.SHUT_RDWR)

    def _transmit(self, frame: bytes, fd: int | None) -> None:
        if fd is not None:
            ancillary = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array("i", [fd]))]
            frame = frame[self._sock.sendmsg([frame], ancillary) :]
        self._sock.sendall(frame)

    def _read(self) -> None:
        buffer = bytearray()
        descriptors: deque[int] = deque()
        try:
            while self._receive(buffer, descriptors):
                while len(buffer) >= _HEAD.size:
                    length, carries = _HEAD.unpack_from(buffer)
                    end = _HEAD.size + length
                    if len(buffer) < end:
                        break
                    message = json.loads(buffer[_HEAD.size : end])
                    del buffer[:end]
                    self._listener.heard(message, descriptors.popleft() if carries else None)
        finally:
            self.end()
            for fd in descriptors:
                close_fd(fd)
        self._writer.join()
        self._sock.close()
        self._listener.channel_ended()

    def _receive(self, buffer: bytearray, descriptors: deque[int]) -> bool:
        """Wait for more; False at the end."""
        room = socket.CMSG_SPACE(_INT)
        try:
            data, ancillary, _, _ = self._sock.recvmsg(65536, room, socket.MSG_CMSG_CLOEXEC)
        except OSError:
            return False
        for level, kind, rights in ancillary:
            if (level, kind) == (socket.SOL_SOCKET, socket.SCM_RIGHTS):
                received = array("i")
                received.frombytes(rights[: len(rights) - len(rights) % _INT])
                descriptors.extend(received)
        buffer += data
        return bool(data)
