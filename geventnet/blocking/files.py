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
from typing import Any, Protocol

from .. import errors as _errors
from .reads import Reads
from .session import Session
from .writes import Writes

__all__ = ["RawSocketFile", "SocketFile", "open_file"]


class Face(Protocol):
    """The blocking face, as its files know it."""

    session: Session
    reads: Reads
    writes: Writes

    def fileno(self) -> int: ...
    def file_closed(self) -> None: ...


def open_file(
    face: Face,
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
    raw = RawSocketFile(face, reading, writing)
    if buffering == 0:
        if not binary:
            raise _errors.invalid_arg_value("buffering", buffering, "must not be 0 for text")
        return raw
    size = io.DEFAULT_BUFFER_SIZE if buffering is None or buffering < 0 else buffering
    file = SocketFile(face, raw, size)
    if binary:
        return file
    text: Any = io.TextIOWrapper(file, encoding or "utf-8", errors, newline)
    text.mode = mode
    return text


class RawSocketFile(io.RawIOBase):
    """A file without a buffer: each read and write is one `recv_into` or `sendall`."""

    def __init__(self, face: Face, reading: bool, writing: bool) -> None:
        self._face = face
        self.reading = reading
        self.writing = writing

    def readable(self) -> bool:
        return self.reading and not self.closed

    def writable(self) -> bool:
        return self.writing and not self.closed

    def fileno(self) -> int:
        self.check()
        return self._face.fileno()

    @property
    def mode(self) -> str:
        return ("rwb" if self.writing else "rb") if self.reading else "wb"

    def readinto(self, buffer: Any) -> int:
        self.check(self.reading, "readable")
        return self._face.reads.recv_into(buffer, 0, 0)

    def write(self, data: Any) -> int:
        self.check(self.writing, "writable")
        self._face.writes.sendall(data, 0)
        return memoryview(data).nbytes

    def close(self) -> None:
        if not self.closed:
            super().close()
            self._face.file_closed()

    def check(self, may: bool = True, what: str = "") -> None:
        """Raise unless the file is open, and `may` be used so."""
        if self.closed:
            raise ValueError("I/O operation on closed file.")
        if not may:
            raise io.UnsupportedOperation(f"File not open: it is not {what}")


class SocketFile(io.BufferedIOBase):
    """A file for bytes."""

    def __init__(self, face: Face, raw: RawSocketFile, size: int) -> None:
        self._face = face
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
        face = self._reader()
        return face.session.limited("read", face.reads.recv_up_to, _size(size))

    def read1(self, size: int = -1) -> bytes:
        return self._reader().reads.recv(size if size >= 0 else io.DEFAULT_BUFFER_SIZE, 0)

    def readinto(self, buffer: Any) -> int:
        view = memoryview(buffer).cast("B")
        chunk = self.read(len(view))
        view[: len(chunk)] = chunk
        return len(chunk)

    def readinto1(self, buffer: Any) -> int:
        return self._reader().reads.recv_into(buffer, 0, 0)

    def peek(self, size: int = 0) -> bytes:
        """What can be read next, at least one byte if the stream has not ended."""
        face = self._reader()
        return face.session.limited("peek", face.reads.peek)

    def readline(self, size: int | None = -1) -> bytes:
        face = self._reader()
        return face.session.limited("readline", face.reads.recv_line, _size(size))

    def write(self, data: Any) -> int:
        raw = self._raw
        raw.check(raw.writing, "writable")
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
            self._raw.check()
        if self._raw.writable():
            face = self._face
            face.session.limited("flush", face.writes.send_buffer, self._written)

    def close(self) -> None:
        if not self.closed:
            try:
                self.flush()
            finally:
                self._raw.close()
                super().close()

    def _reader(self) -> Face:
        self._raw.check(self._raw.reading, "readable")
        return self._face


def _size(size: int | None) -> int | None:
    return None if size is None or size < 0 else size
