"""Reads: the blocking calls that receive.

A greenlet that wants bytes which are not in the stream's buffer waits at the transport and takes
them itself (`_next`): nothing lies between it and the system, and what it does not take stays
there. While nobody waits, the transport fills the buffer up to the high-water mark.

What a call has taken out of the buffer it returns without another switch; until then the bytes stay
in the buffer, so a call that is cut short has taken nothing.
"""

from __future__ import annotations

import _socket
from collections.abc import Callable
from typing import Any, TypeVar

from greenlet import getcurrent

from .. import errors
from ..arguments import values
from ..stream.eof import schedule_end
from ..stream.framing import body_length, prefix_size
from ..stream.states import ReadEnd
from ..stream.taking import (
    gives_directly,
    reached_end,
    received_directly,
    stop_flow,
    take_bytes,
)
from ..transport.protocol import Reader, Transport
from ..transport.reader import CHUNK_SIZE
from .session import Session, misuse

__all__ = ["Reads"]

_A = TypeVar("_A")
_T = TypeVar("_T", bytes, int)

_MSG_PEEK = int(_socket.MSG_PEEK)
# Windows has none.
_MSG_DONTWAIT = int(getattr(_socket, "MSG_DONTWAIT", 0))


class Reads:
    """`recv` and its kin; see `Socket` for what each does."""

    __slots__ = ("_session", "_side")

    def __init__(self, session: Session) -> None:
        self._session = session
        self._side = session.reader

    def recv(self, size: int, flags: int) -> bytes:
        session = self._session
        transport = session.link.transport
        if (
            transport is None
            or session.limit is not None
            or session.receiver is not None
            or flags
            or size <= 0
            or not gives_directly(self._side)
        ):
            return session.limited("recv", self._recv, size, flags)
        # The fast path: nothing is in the buffer and nobody else wants the bytes.
        session.begin()
        chunk = self._await_next(transport, transport.reader.take, size)
        if chunk is not None:
            return chunk
        return self._recv(size, flags)

    def recv_into(self, buffer: Any, nbytes: int, flags: int) -> int:
        view = memoryview(buffer).cast("B")
        if view.readonly:
            raise errors.invalid_arg_type("buffer", "writable bytes-like object", buffer)
        nbytes = values.int32(nbytes, "nbytes", 0, len(view))
        if nbytes:
            view = view[:nbytes]
        return self._session.limited("recv_into", self._recv_into, view, flags)

    def recv_exactly(self, size: int) -> bytes:
        size = values.int32(size, "size", 0)
        got = self._session.limited("recv_exactly", self.recv_up_to, size)
        if len(got) < size:
            raise _ended_early("recv_exactly", size, got)
        return got

    def recv_until(self, separator: bytes, limit: int) -> bytes:
        separator = values.as_bytes(separator, "separator", text=False)
        if not separator:
            raise errors.invalid_arg_value("separator", separator, "must not be empty")
        limit = values.int32(limit, "limit", len(separator))
        return self._session.limited("recv_until", self._recv_until, separator, limit)

    def _recv(self, size: int, flags: int) -> bytes:
        size = values.int32(size, "size", 0)
        if flags & ~(_MSG_PEEK | _MSG_DONTWAIT):
            raise errors.invalid_arg_value(
                "flags", flags, "only MSG_PEEK and MSG_DONTWAIT are supported"
            )
        if flags & _MSG_DONTWAIT:
            return self._session.without_waiting(self._recv, size, flags & ~_MSG_DONTWAIT)
        self._begin()
        if not size:
            return b""
        side = self._side
        while not side.length:
            if self._at_end():
                return b""
            chunk = self._next(_take, CHUNK_SIZE if flags else size)
            if chunk and flags:
                side.keep(chunk)
            elif chunk is not None:
                return chunk
            self._check_receiver()
        if flags:
            return side.peek(min(size, side.length))
        return take_bytes(side, min(size, side.length))

    def _recv_into(self, view: memoryview, flags: int) -> int:
        if flags:
            chunk = self._recv(len(view), flags)
            view[: len(chunk)] = chunk
            return len(chunk)
        self._begin()
        if not view:
            return 0
        side = self._side
        while not side.length:
            if self._at_end():
                return 0
            count = self._next(_take_into, view)
            if count is not None:
                return count
            self._check_receiver()
        chunk = take_bytes(side, min(len(view), side.length))
        view[: len(chunk)] = chunk
        return len(chunk)

    def recv_up_to(self, size: int | None) -> bytes:
        """`size` bytes, or up to the end of the stream."""
        self._begin()
        if size == 0:
            return b""
        side = self._side
        while size is None or side.length < size:
            if not self._fill():
                size = side.length
                break
        return take_bytes(side, size)

    def _recv_until(self, separator: bytes, limit: int) -> bytes:
        length = self._find(separator, limit)
        if length < 0:
            got = take_bytes(self._side, self._side.length)
            raise _ended_early("recv_until", separator, got)
        if length == 0:
            raise errors.NetValueError(
                f"There is no {separator!r} within {limit} bytes", "ERR_OUT_OF_RANGE"
            )
        return take_bytes(self._side, length)

    def recv_frame(self, prefix: int, limit: int) -> bytes:
        prefix = prefix_size(prefix)
        limit = values.int32(limit, "limit", 0, 1 << 53)
        return self._session.limited("recv_frame", self._recv_frame, prefix, limit)

    def _recv_frame(self, prefix: int, limit: int) -> bytes:
        """Nothing is taken out of the buffer before the message is there."""
        self._begin()
        side = self._side
        wanted = prefix
        while side.length < wanted and self._fill():
            pass
        if side.length >= prefix:
            wanted += body_length(side.peek(prefix), limit)
            while side.length < wanted and self._fill():
                pass
        if side.length < wanted:
            raise _ended_early("recv_frame", wanted, take_bytes(side, side.length))
        take_bytes(side, prefix)
        return take_bytes(side, wanted - prefix)

    def recv_line(self, limit: int | None) -> bytes:
        """Up to and with the next newline, the end of the stream or the limit."""
        if limit == 0:
            self._begin()
            return b""
        length = self._find(b"\n", limit)
        if length < 0:
            length = self._side.length
        elif length == 0:
            assert limit is not None
            length = limit
        return take_bytes(self._side, length)

    def _find(self, separator: bytes, limit: int | None) -> int:
        """Block until `separator` is in the buffer: where it ends.

        0 if it is not within the limit, -1 if the stream ends before.
        """
        self._begin()
        side = self._side
        searched = 0
        while True:
            length = side.length
            if length:
                found = side.find(separator, searched)
                end = found + len(separator)
                if found >= 0 and (limit is None or end <= limit):
                    return end
                if limit is not None and (found >= 0 or length >= limit):
                    return 0
                searched = max(0, length - len(separator) + 1)
            if not self._fill():
                return -1

    def peek(self) -> bytes:
        """What can be read next, at least one byte if the stream has not ended."""
        self._begin()
        side = self._side
        if not side.length and not self._fill():
            return b""
        return side.peek(side.length)

    def _begin(self) -> None:
        session = self._session
        session.begin()
        self._check_receiver()
        session.await_connection("read")

    def _check_receiver(self) -> None:
        """Raise unless the bytes are the caller's to receive."""
        side = self._side
        if self._session.receiver is not None:
            raise misuse("Another greenlet is receiving from this socket")
        if side.has_data_listener:
            raise misuse("The socket's data go to a 'data' listener or a pipe: remove it first")
        transport = self._session.link.transport
        if transport is not None and transport.reader.has_user_buffer:
            raise misuse("The socket's data go to the callback of onread=")
        if side.encoding is not None:
            raise misuse("After set_encoding() there are no bytes to receive: use makefile('r')")
        stop_flow(side)

    def _at_end(self) -> bool:
        """Whether the stream has ended; called with an empty buffer."""
        if self._side.end is ReadEnd.OPEN:
            return False
        if not self._session.is_over:
            schedule_end(self._side)
        return True

    def _next(self, take: Callable[[Reader], Callable[[_A], _T]], argument: _A) -> _T | None:
        """What `take(reader)` gives when there is something; falsy is the end.

        Blocks until then. None if something else has happened: the caller looks again.
        """
        session = self._session
        session.check_open("read")
        if not self._side.reading:
            self._side.ask()
        transport = session.link.transport
        if transport is None:
            # The connection is not there yet; `check_open` waits for it.
            return None
        return self._await_next(transport, take(transport.reader), argument)

    def _await_next(
        self, transport: Transport, take: Callable[[_A], _T], argument: _A
    ) -> _T | None:
        session, side = self._session, self._side
        if session.limit != 0:
            length = side.length
            session.receiver = getcurrent()
            try:
                transport.reader.wait()
            finally:
                session.receiver = None
            if (
                session.link.transport is not transport
                or side.length != length
                or side.end is not ReadEnd.OPEN
                or side.has_data_listener
            ):
                return None
        try:
            got = take(argument)
        except (BlockingIOError, InterruptedError):
            if session.limit == 0:
                raise
            return None
        except OSError as error:
            side.failed(errors.system_error_from(error, "read"))
            return None
        if got:
            received_directly(side)
        else:
            self._reached_end(transport.reader)
        return got

    def _reached_end(self, reader: Reader) -> None:
        """The system has said that the stream ends."""
        reader.stop()
        reader.take_back()
        self._session.link.touch()
        reached_end(self._side)

    def _fill(self) -> bool:
        """Block until there is more in the buffer; False at the end of the stream."""
        side = self._side
        before = side.length
        while side.length <= before:
            if side.end is not ReadEnd.OPEN:
                return False
            chunk = self._next(_take, CHUNK_SIZE)
            if chunk:
                side.keep(chunk)
            self._check_receiver()
        return True

    def rouse(self) -> None:
        """Let the greenlet that receives look at what has changed."""
        transport = self._session.link.transport
        if self._session.receiver is not None and transport is not None:
            transport.reader.rouse()


def _take(reader: Reader) -> Callable[[int], bytes]:
    return reader.take


def _take_into(reader: Reader) -> Callable[[memoryview], int]:
    return reader.take_into


def _ended_early(call: str, wanted: object, partial: bytes) -> errors.StreamEnded:
    if partial:
        said = f"the stream has ended after {len(partial)} byte{'s' * (len(partial) > 1)}"
    else:
        said = "the connection was closed, nothing received"
    return errors.stream_ended(f"{call}({wanted!r}): {said}", partial)
