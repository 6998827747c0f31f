"""Receiving: the blocking calls that read.

A greenlet that wants bytes which are not in the stream's buffer waits at the read pump for the
descriptor and receives them itself (`_next`): nothing lies between it and the system, and what it
does not take stays there. While nobody waits, the pump reads up to the high-water mark.

What a call has taken out of the buffer it returns without another switch; until then the bytes stay
in the buffer, so a call that is cut short has taken nothing.
"""

from __future__ import annotations

import _socket
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from greenlet import getcurrent

from . import errors, validate
from .calls import BlockingCalls, Calls, misuse
from .pumps import BufferPump
from .stream.chunks import ChunkQueue
from .stream.duplex import Duplex
from .stream.readable import as_bytes

if TYPE_CHECKING:
    from .pumps import ReadPump

__all__ = ["Receiving"]

_CHUNK_SIZE = 65536
_MSG_PEEK = int(_socket.MSG_PEEK)


class Receiving(BlockingCalls):
    """`recv` and its kin; see `BlockingFace`."""

    __slots__ = ()

    def recv(self, size: int, flags: int = 0) -> bytes:
        """Receive at most `size` bytes; `b""` at the end of the stream, always.

        Blocks until there is something. `MSG_PEEK` leaves the bytes where they are. Raises a
        `NetError` that is a RuntimeError while another greenlet receives, while there is a
        `'data'` listener or a pipe, and after `set_encoding()`.
        """
        calls = self._calls
        pump = self._in
        sock = self._sock
        if (
            calls is None
            or calls.limit is not None
            or calls.reader is not None
            or pump is None
            or sock is None
            or not self._reading
            or self._read_length
            or self._flowing
            or self._events
            or self._decoder is not None
            or flags
            or size <= 0
        ):
            return self._limited("recv", self._recv, size, flags)
        # The shortest way: nothing is in the buffer and nobody else wants the bytes.
        self._turn.check_blocking()
        chunk = self._await_next(calls, pump, sock.recv, size)
        if chunk is not None:
            return chunk  # type: ignore[no-any-return]
        if self._calls is not calls:
            raise self._failure(calls, "read")
        return self._recv(size, flags)

    def recv_into(self, buffer: Any, nbytes: int = 0, flags: int = 0) -> int:
        """Receive into a writable bytes-like object; returns how many bytes, 0 at the end.

        At most `nbytes` of them, or as many as fit. Blocks and raises as `recv`.
        """
        view = memoryview(buffer).cast("B")
        if view.readonly:
            raise errors.invalid_arg_type("buffer", "writable bytes-like object", buffer)
        nbytes = validate.int32(nbytes, "nbytes", 0, len(view))
        if nbytes:
            view = view[:nbytes]
        return self._limited("recv_into", self._recv_into, view, flags)

    def recv_exactly(self, size: int) -> bytes:
        """Receive `size` bytes, no fewer.

        Blocks until they are there. Raises `EOFError`, with what there was as its `.partial`, if
        the stream ends before: `b""` if the peer was done; otherwise as `recv`.
        """
        size = validate.int32(size, "size", 0)
        got = self._limited("recv_exactly", self._recv_up_to, size)
        if len(got) < size:
            raise _ended_early("recv_exactly", size, got)
        return got

    def recv_until(self, separator: bytes, limit: int = _CHUNK_SIZE) -> bytes:
        """Receive up to and with the next `separator`: at most `limit` bytes, all counted.

        Blocks until it is there. Raises `EOFError`, with what there was as its `.partial`, if the
        stream ends before; a `NetError` that is a ValueError if the limit is passed: the bytes
        can still be received; otherwise as `recv`.
        """
        separator = as_bytes(separator, "separator", text=False)
        if not separator:
            raise errors.invalid_arg_value("separator", separator, "must not be empty")
        limit = validate.int32(limit, "limit", len(separator))
        return self._limited("recv_until", self._recv_until, separator, limit)

    def __iter__(self) -> Iterator[bytes]:
        """Receive chunk by chunk up to the end of the stream. Blocks and raises as `recv`.

        Reference: "readable[Symbol.asyncIterator]()"; leaving the loop does not destroy the socket.
        """
        while chunk := self.recv(_CHUNK_SIZE):
            yield chunk

    def _recv(self, size: int, flags: int) -> bytes:
        size = validate.int32(size, "size", 0)
        if flags & ~_MSG_PEEK:
            raise errors.invalid_arg_value("flags", flags, "only MSG_PEEK is supported")
        calls = self._begin_read()
        if not size:
            return b""
        while not self._read_length:
            if self._at_end():
                return b""
            chunk = self._next(calls, self._receive, _CHUNK_SIZE if flags else size)
            if chunk and flags:
                self._keep_chunk(chunk)
            elif chunk is not None:
                return chunk  # type: ignore[no-any-return]
            self._check_reader(calls)
        if flags:
            assert self._buffer is not None
            return self._buffer.peek(min(size, self._read_length))  # type: ignore[no-any-return]
        return self._take_bytes(min(size, self._read_length))

    def _recv_into(self, view: memoryview, flags: int) -> int:
        if flags:
            chunk = self._recv(len(view), flags)
            view[: len(chunk)] = chunk
            return len(chunk)
        calls = self._begin_read()
        if not view:
            return 0
        while not self._read_length:
            if self._at_end():
                return 0
            count = self._next(calls, self._receive_into, view)
            if count is not None:
                return count  # type: ignore[no-any-return]
            self._check_reader(calls)
        chunk = self._take_bytes(min(len(view), self._read_length))
        view[: len(chunk)] = chunk
        return len(chunk)

    def _recv_up_to(self, size: int | None) -> bytes:
        """`size` bytes, or up to the end of the stream."""
        calls = self._begin_read()
        if size == 0:
            return b""
        while size is None or self._read_length < size:
            if not self._fill(calls, _CHUNK_SIZE):
                size = self._read_length
                break
        return self._take_bytes(size)

    def _recv_until(self, separator: bytes, limit: int) -> bytes:
        length = self._find(separator, limit)
        if length < 0:
            got = self._take_bytes(self._read_length)
            raise _ended_early("recv_until", separator, got)
        if length == 0:
            raise errors.NetValueError(
                f"There is no {separator!r} within {limit} bytes", "ERR_OUT_OF_RANGE"
            )
        return self._take_bytes(length)

    def _recv_line(self, limit: int | None) -> bytes:
        """Up to and with the next newline, the end of the stream or the limit."""
        if limit == 0:
            self._begin_read()
            return b""
        length = self._find(b"\n", limit)
        if length < 0:
            length = self._read_length
        elif length == 0:
            assert limit is not None
            length = limit
        return self._take_bytes(length)

    def _find(self, separator: bytes, limit: int | None) -> int:
        """Block until `separator` is in the buffer: where it ends.

        0 if it is not within the limit, -1 if the stream ends before.
        """
        calls = self._begin_read()
        searched = 0
        while True:
            length = self._read_length
            if length:
                assert self._buffer is not None
                found = self._buffer.find(separator, searched, length)
                end = found + len(separator)
                if found >= 0 and (limit is None or end <= limit):
                    return end
                if limit is not None and (found >= 0 or length >= limit):
                    return 0
                searched = max(0, length - len(separator) + 1)
            if not self._fill(calls, _CHUNK_SIZE):
                return -1

    def _peek(self) -> bytes:
        calls = self._begin_read()
        if not self._read_length and not self._fill(calls, _CHUNK_SIZE):
            return b""
        assert self._buffer is not None
        return self._buffer.peek(self._read_length)  # type: ignore[no-any-return]

    def _begin_read(self) -> Calls:
        """What every receiving call begins with."""
        calls = self._begin()
        self._check_reader(calls)
        self._await_connection(calls, "read")
        return calls

    def _check_reader(self, calls: Calls) -> None:
        """Raise unless the bytes are the caller's to receive."""
        if calls.reader is not None:
            raise misuse("Another greenlet is receiving from this socket")
        if "data" in self._events:
            raise misuse("The socket's data go to a 'data' listener or a pipe: remove it first")
        if isinstance(self._in, BufferPump):
            raise misuse("The socket's data go to the callback of onread=")
        if self._decoder is not None:
            raise misuse("After set_encoding() there are no bytes to receive: use makefile('r')")
        if self._flowing:
            self._set_flowing(None)

    def _at_end(self) -> bool:
        """Whether the stream has ended; called with an empty buffer."""
        if not self._ended:
            return False
        if not self._end_emitted and not self._destroyed:
            self._end_readable()
        return True

    def _next(self, calls: Calls, receive: Callable[[Any], Any], argument: Any) -> Any:
        """What `receive` gives when there is something to receive; falsy is the end.

        Blocks until then. None if something else has happened: the caller looks again.
        """
        self._check_open(calls, "read")
        if not self._reading:
            self._ask()
        pump = self._in
        if pump is None:
            # The connection is not there yet; `_check_open` waits for it.
            return None
        return self._await_next(calls, pump, receive, argument)

    def _await_next(
        self, calls: Calls, pump: ReadPump, receive: Callable[[Any], Any], argument: Any
    ) -> Any:
        if calls.limit != 0:
            length = self._read_length
            calls.reader = getcurrent()
            try:
                pump.wait()
            finally:
                calls.reader = None
            if (
                self._in is not pump
                or self._read_length != length
                or self._ended
                or "data" in self._events
            ):
                return None
        try:
            got = receive(argument)
        except (BlockingIOError, InterruptedError):
            if calls.limit == 0:
                raise
            return None
        except OSError as error:
            self._on_read_error(error)
            return None
        if not got:
            self._reached_end(pump)
            return got
        self._did_read = True
        self.bytes_read += len(got) if type(got) is bytes else got
        if self._idle is not None:
            self._idle.touch()
        return got

    def _receive(self, size: int) -> bytes:
        assert self._sock is not None
        return self._sock.recv(size)

    def _receive_into(self, view: memoryview) -> int:
        assert self._sock is not None
        return self._sock.recv_into(view)

    def _reached_end(self, pump: ReadPump) -> None:
        """The system has said that the stream ends; `'end'` is emitted later."""
        pump.stop()
        pump.take_back()
        self._touch()
        self._read_sync = True
        try:
            self.push(None)
        finally:
            self._read_sync = False
        self._end_readable()

    def _fill(self, calls: Calls, size: int) -> bool:
        """Block until there is more in the buffer; False at the end of the stream."""
        before = self._read_length
        while self._read_length <= before:
            if self._ended:
                return False
            chunk = self._next(calls, self._receive, size)
            if chunk:
                self._keep_chunk(chunk)
            self._check_reader(calls)
        return True

    def _keep_chunk(self, chunk: bytes | str, front: bool = False) -> None:
        if self._buffer is None:
            self._buffer = ChunkQueue()
        if front:
            self._buffer.prepend(chunk)
        else:
            self._buffer.gather(chunk)
        self._read_length += len(chunk)
        self._direct = None

    def _take_bytes(self, count: int) -> bytes:
        """Take `count` bytes, as many as there are or fewer, out of the buffer."""
        chunk: bytes = self._pop(count) if count else b""
        self._did_read = True
        self._clear_await_drain()
        if self._ended:
            if not self._read_length:
                self._at_end()
        elif not self._reading and self._read_length < self._read_mark and not self._destroyed:
            self._ask()
        return chunk

    def unshift(self, chunk: Any, encoding: str | None = None) -> bool:
        if self._errored is None or self._calls is None or self._decoder is not None:
            answer = Duplex.unshift(self, chunk, encoding)
            self._rouse_reader()
            return answer
        # What was received before an error can be received after it, and so can what is put back.
        if chunk is not None and not self._end_emitted:
            data = self._incoming(chunk, encoding)
            if data:
                self._keep_chunk(data, True)
                self._rouse_reader()
        return False

    def _listeners_changed(self, event: Any) -> None:
        Duplex._listeners_changed(self, event)
        if event == "data":
            self._rouse_reader()

    def _rouse_reader(self) -> None:
        calls = self._calls
        if calls is not None and calls.reader is not None and self._in is not None:
            self._in.rouse()

    def _after_end(self) -> None:
        if not self._leaves_end():
            Duplex._after_end(self)
        elif self._finished:
            self.destroy()

    def _end_writable(self) -> None:
        # A blocking call may have been made since the end.
        if not self._leaves_end():
            Duplex._end_writable(self)

    def _leaves_end(self) -> bool:
        """Whether the writable side is left open at the end of what is received.

        It belongs to whoever uses the blocking face, and may still have something to say. Where
        the bytes go to listeners, 'end' tells of it, and `allow_half_open` decides.
        """
        return (
            self._calls is not None
            and "data" not in self._events
            and not self._readable_listening
            and not isinstance(self._in, BufferPump)
        )


def _ended_early(call: str, wanted: object, partial: bytes) -> EOFError:
    if partial:
        said = f"the stream has ended after {len(partial)} byte{'s' * (len(partial) > 1)}"
    else:
        said = "the connection was closed, nothing received"
    return errors.stream_ended(f"{call}({wanted!r}): {said}", partial)
