"""Sending: the blocking calls that write.

What nobody else is sending goes straight to the system. What it does not take is queued like the
bytes of `write()`, and the greenlet waits until the write pump has sent it.
"""

from __future__ import annotations

import errno
import io
import os
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING, Any

from . import errors, validate
from .calls import BlockingCalls, Calls, would_block
from .handle import lacks_room
from .stream.readable import as_bytes

if TYPE_CHECKING:
    from .pumps import WritePump

__all__ = ["Sending"]

_CHUNK_SIZE = 65536
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


class Sending(BlockingCalls):
    """`sendall` and its kin; see `BlockingFace`."""

    __slots__ = ()

    def sendall(self, data: Any, flags: int = 0) -> None:
        """Send a bytes-like object whole.

        Blocks until the system has taken all of it. While what was written before stands above
        the high-water mark it waits without having sent anything; interrupted after that, the
        whole of it is still sent. Messages of several greenlets do not mix and go out in the order
        of the calls. Raises `BrokenPipeError` after `end()`.
        """
        calls = self._calls
        if (
            calls is None
            or calls.limit is not None
            or calls.line
            or flags
            or self._plain is None
            or type(data) is not bytes
            or not data
        ):
            self._limited("sendall", self._send_all, _outgoing(data, flags))
            return
        self._turn.check_blocking()
        joined = self._joined
        self._joined = joined + data if joined else data
        self._flush_joined()
        if self._plain is None:
            self._await_sent(calls, "write")

    def send(self, data: Any, flags: int = 0) -> int:
        """Send the beginning of a bytes-like object; returns how many bytes the system has taken.

        Blocks until it takes some. Interrupted, it has sent nothing. Raises as `sendall`.
        """
        return self._limited("send", self._send_some, _outgoing(data, flags))

    def sendfile(self, file: IO[bytes], offset: int = 0, count: int | None = None) -> int:
        """Send a file, opened for bytes, from `offset`: `count` bytes, or up to its end.

        Blocks until all is sent; returns how many bytes that were. The file's position is then
        after the last byte that was sent, also if it was interrupted. What others write meanwhile
        is sent after it. Uses the system's `sendfile` for regular files, where there is one.
        """
        offset = validate.int32(offset, "offset", 0, _MAX_OFFSET)
        if count is not None:
            count = validate.int32(count, "count", 1, _MAX_OFFSET)
        if "b" not in getattr(file, "mode", "b"):
            raise errors.invalid_arg_value("file", file, "must be opened for bytes")
        return self._limited("sendfile", self._send_file, file, offset, count)

    def _send_all(self, data: bytes) -> None:
        calls = self._begin_sending()
        if data:
            self._send_taken(calls, lambda: data)

    def _send_buffer(self, buffer: bytearray) -> None:
        """Send what is in `buffer`, and block until what was in it before is sent as well."""

        def take() -> bytes:
            data = bytes(buffer)
            buffer.clear()
            return data

        if buffer:
            self._send_taken(self._begin_sending(), take)
        elif not self._destroyed:
            self._await_sent(self._begin(), "write")

    def _send_taken(self, calls: Calls, take: Callable[[], bytes]) -> None:
        """Send what `take()` gives, which is called when nothing can keep it from being sent."""
        with self._in_line(calls, self._below_mark):
            self._check_writable(calls)
            data = take()
            if self._plain is not None:
                self._joined = (self._joined or b"") + data
                self._flush_joined()
                if self._plain is not None:
                    return
            else:
                self._pending += 1
                self._write_or_queue(data, "buffer", None)
                self._send_corked()
        self._await_sent(calls, "write")

    def _send_corked(self) -> None:
        """Send what is queued: a greenlet waits for it, and only that one might uncork."""
        corked = self._corked
        if corked and not self._writing:
            self._corked = 0
            try:
                self._write_queued()
            finally:
                self._corked = corked

    def _await_sent(self, calls: Calls, operation: str) -> None:
        """Block until what is queued now was given to the system; raise if it never will be."""
        if self._errored is not None:
            # What has just failed is not in the queue any more.
            raise self._failure(calls, operation)
        target = calls.sent + self._write_length
        while calls.sent < target:
            if self._is_over(calls):
                raise self._failure(calls, operation)
            self._park(calls, lambda: calls.sent >= target or self._destroyed)

    def _send_some(self, data: bytes) -> int:
        calls = self._begin_sending()
        if not data:
            return 0
        with self._in_line(calls, self._none_queued):
            while True:
                self._check_writable(calls)
                self._flush_joined()
                pump = self._out
                assert pump is not None
                if not self._none_queued():
                    self._send_corked()
                    self._park(calls, lambda: self._none_queued() or self._is_ended())
                    continue
                try:
                    sent = pump.send(pump.descriptor, data)
                except (BlockingIOError, InterruptedError):
                    self._await_room(calls, pump)
                except OSError as error:
                    if not lacks_room(error):
                        self._fail_sending(calls, error)
                    self._await_room(calls, pump)
                else:
                    self._bytes_dispatched += sent
                    self._touch()
                    return sent

    def _send_file(self, file: IO[bytes], offset: int, count: int | None) -> int:
        calls = self._begin_sending()
        descriptor = _regular(file)
        if descriptor is None:
            return self._send_read(calls, file, offset, count)
        total = 0
        with self._in_line(calls, self._none_queued):
            self._check_writable(calls)
            self._flush_joined()
            # A write of the stream, whose bytes this greenlet moves.
            self._pending += 1
            self._begin_write(0, None)
            pump, sock = self._out, self._sock
            assert pump is not None and sock is not None
            try:
                while count is None or total < count:
                    step = _FILE_STEP if count is None else min(_FILE_STEP, count - total)
                    try:
                        sent = os.sendfile(sock.fileno(), descriptor, offset + total, step)
                    except (BlockingIOError, InterruptedError):
                        sent = -1
                    except OSError as error:
                        if error.errno in _OF_SOCKET:
                            self._fail_sending(calls, error)
                        if not lacks_room(error):
                            raise
                        sent = -1
                    if sent == 0:
                        break
                    if sent > 0:
                        total += sent
                        self._bytes_dispatched += sent
                        self._touch()
                    if count is None or total < count:
                        self._await_room(calls, pump)
            finally:
                if self._calls is calls:
                    self._on_write(None)
                file.seek(offset + total)
        return total

    def _send_read(self, calls: Calls, file: IO[bytes], offset: int, count: int | None) -> int:
        """`sendfile` of what is no file of the system's."""
        total = 0
        if offset:
            file.seek(offset)
        while count is None or total < count:
            chunk = file.read(_CHUNK_SIZE if count is None else min(_CHUNK_SIZE, count - total))
            if not chunk:
                break
            self._send_all(chunk)
            total += len(chunk)
        return total

    def _await_room(self, calls: Calls, pump: WritePump) -> None:
        """Block until the system takes bytes again."""
        if calls.limit == 0:
            raise would_block()
        try:
            pump.wait()
        finally:
            if self._out is pump:
                pump.take_back()
        if self._is_over(calls):
            raise self._failure(calls, "write")

    def _stop_senders(self) -> None:
        """The writable side was ended: let those look who wait for room."""
        self._changed()
        if self._out is not None:
            self._out.rouse()

    def _fail_sending(self, calls: Calls, error: OSError) -> None:
        self.destroy(errors.system_error(error.errno or errno.EIO, "write"))
        raise self._failure(calls, "write")

    def _begin_sending(self) -> Calls:
        calls = self._begin()
        self._await_connection(calls, "write")
        self._check_writable(calls)
        return calls

    def _check_writable(self, calls: Calls) -> None:
        self._check_open(calls, "write")
        if self._errored is not None:
            # A write has failed: nothing may be sent behind it, although it is not destroyed yet.
            raise self._failure(calls, "write")
        if self._ending:
            raise errors.system_error(errno.EPIPE, "write")

    def _is_ended(self) -> bool:
        return self._destroyed or self._ending

    def _below_mark(self) -> bool:
        return self._write_length < self._write_mark or not self._write_length

    def _none_queued(self) -> bool:
        return not self._writing and not self._queue

    @contextmanager
    def _in_line(self, calls: Calls, free: Callable[[], bool]) -> Iterator[None]:
        """Block until everybody who came before has sent and `free()`; keep others behind."""
        line = calls.line
        ticket = object()
        line.append(ticket)
        try:
            while line[0] is not ticket or not free():
                self._send_corked()
                if line[0] is ticket and free():
                    break
                self._park(calls, lambda: self._is_ended() or (line[0] is ticket and free()))
                self._check_writable(calls)
            yield
        finally:
            line.remove(ticket)
            self._changed()


def _outgoing(data: Any, flags: int) -> bytes:
    if flags:
        raise errors.invalid_arg_value("flags", flags, "no flags are supported")
    return as_bytes(data, "data", text=False)


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
