"""What `makefile()` gives: files of the standard library's `io` that read and write a Socket.

Reading has no buffer of its own, it is the socket's: a `read` or `readline` that is cut short by a
timeout or a kill has taken nothing. (Text is decoded by `io.TextIOWrapper`, which does have one: a
`readline` of text that is cut short has taken what had come of the line.) Writing has a buffer,
which bytes leave in the moment in which the socket queues or sends them: each is sent once, also
if the call is cut short. What a `write` that is cut short was given has been taken whole.
"""

from __future__ import annotations

import io
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from . import errors as _errors

if TYPE_CHECKING:
    from .blocking import BlockingFace

__all__ = ["RawSocketFile", "SocketFile", "open_file"]


def open_file(
    socket: BlockingFace,
    mode: str,
    buffering: int | None,
    encoding: str | None,
    errors: str | None,
    newline: str | None,
) -> Any:
    """The file for `mode`; raises a `NetError` that is a ValueError for a bad one."""
    kinds = set(mode)
    if not kinds <= {"r", "w", "b"} or len(kinds) != len(mode):
        raise _errors.invalid_arg_value("mode", mode, 'may have "r", "w" and "b" only')
    writing = "w" in kinds
    reading = "r" in kinds or not writing
    binary = "b" in kinds
    raw = RawSocketFile(socket, reading, writing)
    if buffering == 0:
        if not binary:
            raise _errors.invalid_arg_value("buffering", buffering, "must not be 0 for text")
        return raw
    size = io.DEFAULT_BUFFER_SIZE if buffering is None or buffering < 0 else buffering
    file = SocketFile(socket, raw, size)
    if binary:
        return file
    text: Any = io.TextIOWrapper(file, encoding or "utf-8", errors, newline)
    text.mode = mode
    return text


class RawSocketFile(io.RawIOBase):
    """A file without a buffer: each read and write is one `recv_into` or `sendall`."""

    def __init__(self, socket: BlockingFace, reading: bool, writing: bool) -> None:
        self._socket = socket
        self._reading = reading
        self._writing = writing

    def readable(self) -> bool:
        return self._reading and not self.closed

    def writable(self) -> bool:
        return self._writing and not self.closed

    def fileno(self) -> int:
        self._check()
        return self._socket.fileno()

    @property
    def mode(self) -> str:
        return ("rwb" if self._writing else "rb") if self._reading else "wb"

    def readinto(self, buffer: Any) -> int:
        self._check(self._reading, "readable")
        return self._socket.recv_into(buffer)

    def write(self, data: Any) -> int:
        self._check(self._writing, "writable")
        self._socket.sendall(data)
        return memoryview(data).nbytes

    def close(self) -> None:
        if not self.closed:
            super().close()
            self._socket._file_closed()

    def _check(self, may: bool = True, what: str = "") -> None:
        if self.closed:
            raise ValueError("I/O operation on closed file.")
        if not may:
            raise io.UnsupportedOperation(f"File not open: it is not {what}")


class SocketFile(io.BufferedIOBase):
    """A file for bytes."""

    def __init__(self, socket: BlockingFace, raw: RawSocketFile, size: int) -> None:
        self._socket = socket
        self._raw = raw
        self._size = size
        self._written = bytearray()

    @property
    def raw(self) -> io.RawIOBase:
        return self._raw

    @property
    def mode(self) -> str:
        return self._raw.mode

    def readable(self) -> bool:
        return self._raw.readable()

    def writable(self) -> bool:
        return self._raw.writable()

    def fileno(self) -> int:
        return self._raw.fileno()

    def read(self, size: int | None = -1) -> bytes:
        socket = self._reader()
        return socket._limited("read", socket._recv_up_to, _size(size))

    def read1(self, size: int = -1) -> bytes:
        return self._reader().recv(size if size >= 0 else io.DEFAULT_BUFFER_SIZE)

    def readinto(self, buffer: Any) -> int:
        view = memoryview(buffer).cast("B")
        chunk = self.read(len(view))
        view[: len(chunk)] = chunk
        return len(chunk)

    def readinto1(self, buffer: Any) -> int:
        return self._reader().recv_into(buffer)

    def peek(self, size: int = 0) -> bytes:
        """What can be read next, at least one byte if the stream has not ended."""
        socket = self._reader()
        return socket._limited("peek", socket._peek)

    def readline(self, size: int | None = -1) -> bytes:
        socket = self._reader()
        return socket._limited("readline", socket._recv_line, _size(size))

    def write(self, data: Any) -> int:
        raw = self._raw
        raw._check(raw._writing, "writable")
        view = memoryview(data)
        self._written += view
        if len(self._written) > self._size:
            self.flush()
        return view.nbytes

    def writelines(self, lines: Iterable[Any]) -> None:
        for line in lines:
            self.write(line)

    def flush(self) -> None:
        if self.closed:
            self._raw._check()
        if self._raw.writable():
            socket = self._socket
            socket._limited("flush", socket._send_buffer, self._written)

    def close(self) -> None:
        if not self.closed:
            try:
                self.flush()
            finally:
                self._raw.close()
                super().close()

    def _reader(self) -> BlockingFace:
        self._raw._check(self._raw._reading, "readable")
        return self._socket


def _size(size: int | None) -> int | None:
    return None if size is None or size < 0 else size
