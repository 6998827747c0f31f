"""Writes: the blocking calls that send.

What nobody else is sending goes straight to the system. What it does not take is queued like the
bytes of `write()`, and the greenlet waits until the transport has sent it.
"""

from __future__ import annotations

import _socket
import errno
import io
import os
import stat
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import IO, Any, Protocol

from .. import errors
from ..arguments import values
from ..stream.seams import Outlet
from ..stream.states import WriteEnd
from ..transport.handles import lacks_room
from ..transport.passing import PassingSocket
from ..transport.protocol import Transport
from ..transport.reader import CHUNK_SIZE
from .session import Session, misuse

__all__ = ["Writes"]

# What a system does not have is no flag. A write never raises SIGPIPE in Python.
_MSG_DONTWAIT = int(getattr(_socket, "MSG_DONTWAIT", 0))
_MSG_NOSIGNAL = int(getattr(_socket, "MSG_NOSIGNAL", 0))
_MAX_OFFSET = (1 << 63) - 1
#: How much of a file is sent before other sockets have their turn (bytes).
_FILE_STEP = 1 << 20
#: What `os.sendfile` reports of the socket and not of the file.
_OF_SOCKET = frozenset(
    (
        errno.EPIPE,
        errno.ECONNRESET,
        errno.ECONNABORTED,
        errno.ENOTCONN,
        errno.ETIMEDOUT,
        errno.EHOSTUNREACH,
        errno.ENETUNREACH,
        errno.ENETDOWN,
    )
)


class Passage(Protocol):
    """A handle that is to be sent."""

    def pack(self, data: bytes) -> tuple[bytes, list[int]]:
        """The bytes to send, and the descriptors that go with the first of them."""

    def abandon(self) -> None:
        """They were not sent."""

    def sent(self) -> None:
        """They were."""


class Writes:
    """`sendall` and its kin; see `Socket` for what each does."""

    __slots__ = ("_line", "_session", "_side")

    def __init__(self, session: Session) -> None:
        self._session = session
        self._side = session.writer
        #: Those who want to send, FIFO: who stands in it has sent nothing. None before the first.
        self._line: deque[object] | None = None

    def sendall(self, data: Any, flags: int) -> None:
        session = self._session
        direct = self._side.direct or self._attached()
        if (
            direct is None
            or session.limit is not None
            or self._line
            or flags
            or type(data) is not bytes
            or not data
        ):
            session.limited("sendall", self._send_all, _outgoing(data, flags))
            return
        session.begin()
        direct.put(data)
        if self._side.direct is not None:
            self._side.direct.flush()
        if self._side.direct is None:
            self.await_sent("write")

    def _attached(self) -> Outlet | None:
        """Where bytes may go directly, if this is the first that is sent."""
        if self._side.is_attached:
            return None
        self._session.begin()
        self._session.link.prepare_to_write()
        return self._side.direct

    def send(self, data: Any, flags: int) -> int:
        session = self._session
        if flags & _MSG_DONTWAIT:
            data = _outgoing(data, flags & ~_MSG_DONTWAIT)
            return session.without_waiting(self._send_some, data)
        return session.limited("send", self._send_some, _outgoing(data, flags))

    def sendfile(self, file: IO[bytes], offset: int, count: int | None) -> int:
        offset = values.int32(offset, "offset", 0, _MAX_OFFSET)
        if count is not None:
            count = values.int32(count, "count", 1, _MAX_OFFSET)
        if "b" not in getattr(file, "mode", "b"):
            raise errors.invalid_arg_value("file", file, "must be opened for bytes")
        return self._session.limited("sendfile", self._send_file, file, offset, count)

    def _send_all(self, data: bytes) -> None:
        self._begin()
        if data:
            self._send_taken(lambda: data)

    def send_buffer(self, buffer: bytearray) -> None:
        """Send what is in `buffer`, and block until what was in it before is sent as well."""

        def take() -> bytes:
            data = bytes(buffer)
            buffer.clear()
            return data

        if buffer:
            self._begin()
            self._send_taken(take)
        elif not self._session.is_over:
            self._session.begin()
            self.await_sent("write")

    def _send_taken(self, take: Callable[[], bytes]) -> None:
        """Send what `take()` gives, which is called when nothing can keep it from being sent."""
        with self._in_line(self._below_mark):
            self._check_writable()
            self._send_or_queue(take())
        self.await_sent("write")

    def flush(self, operation: str) -> None:
        """Block until everything that was written is sent."""
        side = self._side
        side.flush()
        side.send_corked()
        if self._session.is_over:
            raise self._session.failure(operation)
        self.await_sent(operation)

    def await_sent(self, operation: str) -> None:
        """Block until what is queued now was given to the system; raise if it never will be."""
        session, side = self._session, self._side
        life = session.life
        if life.errored is not None:
            # What has just failed is not in the queue any more.
            raise session.failure(operation)
        target = side.taken + side.length
        while side.taken < target:
            if session.is_over:
                raise session.failure(operation)
            session.park(lambda: side.taken >= target or session.is_over)

    def _send_some(self, data: bytes) -> int:
        self._begin()
        if not data:
            return 0
        side = self._side
        with self._in_line(lambda: side.is_idle):
            while True:
                transport = self._await_idle()
                try:
                    return transport.writer.send(data)
                except (BlockingIOError, InterruptedError):
                    self._await_room(transport)
                except OSError as error:
                    if not lacks_room(error):
                        self._fail(error)
                    self._await_room(transport)

    def _await_idle(self) -> Transport:
        """Block until nothing is under way; returns what can be written to."""
        session, side = self._session, self._side
        while True:
            self._check_writable()
            side.flush()
            transport = session.link.transport
            assert transport is not None
            if side.is_idle:
                return transport
            side.send_corked()
            session.park(lambda: side.is_idle or self._is_ended())

    def send_handle(self, handle: Passage, data: bytes) -> None:
        self._session.limited("send_handle", self._send_handle, handle, data)

    def _send_handle(self, passage: Passage, data: bytes) -> None:
        self._begin()
        side = self._side
        channel = self._session.link.handle
        if not isinstance(channel, PassingSocket):
            raise misuse("Handles go over a Unix socket that was made with handles=True")
        with self._in_line(lambda: side.is_idle):
            while True:
                transport = self._await_idle()
                frame, descriptors = passage.pack(data)
                try:
                    sent = channel.pass_on(frame, descriptors)
                except OSError as error:
                    passage.abandon()
                    again = isinstance(error, BlockingIOError | InterruptedError)
                    if not again and not lacks_room(error):
                        self._fail(error)
                    self._await_room(transport)
                else:
                    passage.sent()
                    break
            transport.writer.moved(sent)
            if sent < len(frame):
                self._send_or_queue(frame[sent:])
        self.await_sent("write")

    def _send_or_queue(self, data: bytes) -> None:
        """Send at once what the system takes; the rest is under way, or queued."""
        direct = self._side.direct
        if direct is None:
            self._side.send(data)
            return
        direct.put(data)
        if self._side.direct is not None:
            self._side.direct.flush()

    def _send_file(self, file: IO[bytes], offset: int, count: int | None) -> int:
        self._begin()
        session, side = self._session, self._side
        descriptor = _regular(file)
        handle = session.link.handle
        if descriptor is None or handle is None:
            return self._send_read(file, offset, count)
        total = 0
        with self._in_line(lambda: side.is_idle):
            self._check_writable()
            side.flush()
            transport = session.link.transport
            assert transport is not None
            side.begin_own_write()
            try:
                while count is None or total < count:
                    step = _FILE_STEP if count is None else min(_FILE_STEP, count - total)
                    try:
                        sent = os.sendfile(handle.fileno(), descriptor, offset + total, step)
                    except (BlockingIOError, InterruptedError):
                        sent = -1
                    except OSError as error:
                        if error.errno in _OF_SOCKET:
                            self._fail(error)
                        if not lacks_room(error):
                            raise
                        sent = -1
                    if sent == 0:
                        break
                    if sent > 0:
                        total += sent
                        transport.writer.moved(sent)
                    if count is None or total < count:
                        self._await_room(transport)
            finally:
                if not session.life.over:
                    side.on_write(None)
                file.seek(offset + total)
        return total

    def _send_read(self, file: IO[bytes], offset: int, count: int | None) -> int:
        """`sendfile` of what is no file of the system's, or over no descriptor."""
        total = 0
        if offset:
            file.seek(offset)
        while count is None or total < count:
            chunk = file.read(CHUNK_SIZE if count is None else min(CHUNK_SIZE, count - total))
            if not chunk:
                break
            self._send_all(chunk)
            total += len(chunk)
        return total

    def _await_room(self, transport: Transport) -> None:
        """Block until the system takes bytes again."""
        session = self._session
        if session.limit == 0:
            raise errors.would_block()
        try:
            transport.writer.wait()
        finally:
            if session.link.transport is transport:
                transport.writer.take_back()
        if session.is_over:
            raise session.failure("write")

    def stop(self) -> None:
        """The writable side was ended: let those look who wait for room."""
        self._session.life.changed()
        transport = self._session.link.transport
        if transport is not None:
            transport.writer.rouse()

    def _fail(self, error: OSError) -> None:
        self._session.life.stream.destroy(errors.system_error_from(error, "write"))
        raise self._session.failure("write")

    def _begin(self) -> None:
        self._session.begin()
        self._session.await_connection("write")
        self._check_writable()
        if not self._side.is_attached:
            self._session.link.prepare_to_write()

    def _check_writable(self) -> None:
        session = self._session
        session.check_open("write")
        if session.life.errored is not None:
            # A write has failed: nothing may be sent behind it, although it is not destroyed yet.
            raise session.failure("write")
        if self._side.end is not WriteEnd.OPEN:
            raise errors.system_error(errno.EPIPE, "write")

    def _is_ended(self) -> bool:
        return self._session.is_over or self._side.end is not WriteEnd.OPEN

    def _below_mark(self) -> bool:
        side = self._side
        return side.length < side.mark or not side.length

    @contextmanager
    def _in_line(self, free: Callable[[], bool]) -> Iterator[None]:
        """Block until everybody who came before has sent and `free()`; keep others behind."""
        line = self._line
        if line is None:
            line = self._line = deque()
        ticket = object()
        line.append(ticket)
        try:
            while line[0] is not ticket or not free():
                self._side.send_corked()
                if line[0] is ticket and free():
                    break
                self._session.park(lambda: self._is_ended() or (line[0] is ticket and free()))
                self._check_writable()
            yield
        finally:
            line.remove(ticket)
            self._session.life.changed()


def _outgoing(data: Any, flags: int) -> bytes:
    if flags & ~_MSG_NOSIGNAL:
        raise errors.invalid_arg_value(
            "flags", flags, "only MSG_NOSIGNAL and, in send(), MSG_DONTWAIT are supported"
        )
    return values.as_bytes(data, "data", text=False)


def _regular(file: IO[bytes]) -> int | None:
    """The descriptor of a file that the system can send by itself."""
    if not hasattr(os, "sendfile"):
        return None
    try:
        descriptor = file.fileno()
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            return None
    except (AttributeError, io.UnsupportedOperation, OSError):
        return None
    return descriptor
