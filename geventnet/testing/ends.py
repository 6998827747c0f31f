"""Ends: what a check does with one end of a stream, whatever its class calls it."""

from __future__ import annotations

import errno
import os
import socket
from typing import Any, Protocol

from gevent.event import Event

from ..stream.duplex import Duplex

__all__ = ["End", "end_of"]


class End(Protocol):
    """One end of a connection, with calls that block the calling greenlet."""

    @property
    def stream(self) -> Any:
        """The object itself."""

    def receive(self, size: int) -> bytes:
        """At most `size` bytes; `b""` at the end."""

    def send(self, data: bytes) -> None:
        """Send all of `data`."""

    def end(self) -> None:
        """Send no more."""

    def close(self) -> None:
        """Give the connection up, without waiting for anything."""


def end_of(stream: Any) -> End:
    """The end that a Socket, a Duplex or an object with `recv` and `sendall` is."""
    if callable(getattr(stream, "recv", None)) and callable(getattr(stream, "sendall", None)):
        return _Calls(stream)
    if isinstance(stream, Duplex):
        return _Events(stream)
    raise TypeError(f"{stream!r} is no Duplex and has not recv() and sendall()")


class _Calls:
    """An object with the calls of Python's sockets."""

    def __init__(self, stream: Any) -> None:
        self.stream = stream

    def receive(self, size: int) -> bytes:
        return bytes(self.stream.recv(size))

    def send(self, data: bytes) -> None:
        self.stream.sendall(data)

    def end(self) -> None:
        if hasattr(self.stream, "shutdown"):
            self.stream.shutdown(socket.SHUT_WR)
        else:
            self.stream.end()

    def close(self) -> None:
        if hasattr(self.stream, "destroy"):
            self.stream.destroy()
        else:
            self.stream.close()


class _Events:
    """A Duplex, which tells by events."""

    def __init__(self, stream: Duplex) -> None:
        self.stream = stream
        self._rest = b""
        self._changed = Event()
        for event in ("readable", "end", "close", "error"):
            stream.on(event, self._look)

    def _look(self) -> None:
        self._changed.set()

    def receive(self, size: int) -> bytes:
        stream = self.stream
        while not self._rest:
            self._changed.clear()
            self._rest = stream.read() or b""
            if self._rest:
                break
            if stream.readable_ended:
                return b""
            self._check()
            self._changed.wait()
        chunk, self._rest = self._rest[:size], self._rest[size:]
        return chunk

    def send(self, data: bytes) -> None:
        self._check()
        if self.stream.writable_ended:
            raise BrokenPipeError(errno.EPIPE, os.strerror(errno.EPIPE))
        if not self.stream.write(data):
            self.stream.wait("drain")

    def end(self) -> None:
        self.stream.end()

    def close(self) -> None:
        self.stream.destroy()

    def _check(self) -> None:
        if self.stream.errored is not None:
            raise self.stream.errored
        if self.stream.destroyed:
            raise OSError(errno.EBADF, os.strerror(errno.EBADF))
