"""What the two sides of a stream stand on: a source and a sink."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from .life import Callback

__all__ = ["Outlet", "Sink", "Source", "Tap"]


class Source(Protocol):
    """Where the chunks of a readable side come from."""

    def read(self, size: int) -> None:
        """Fetch about `size` bytes and `push` them, now or later."""


class Tap(Protocol):
    """A source that moves bytes by itself, once it was asked to; see `transport.protocol.Reader`.

    `direct`, when it is not None, gets each chunk instead of the readable side.
    """

    direct: Callable[[bytes], object] | None
    bytes_read: int

    def start(self) -> None:
        """Deliver what comes."""


class Sink(Protocol):
    """What takes the chunks of a writable side."""

    def write(self, chunk: Any, encoding: str, done: Callback) -> None:
        """Take one chunk, then call `done(error_or_none)`."""

    @property
    def writev(self) -> Callable[[list[tuple[Any, str]], Callback], None] | None:
        """Takes several `(chunk, encoding)` at once; None if it takes them one by one."""

    @property
    def final(self) -> Callable[[Callback], None] | None:
        """Called once when everything is written, before `'finish'`."""


class Outlet(Protocol):
    """A sink that coalesces bytes and sends them; see `transport.protocol.Writer`."""

    def put(self, data: bytes) -> bool: ...
    def put_with(self, data: bytes, callback: Callback) -> bool: ...
    def flush(self) -> bool: ...
