"""The seams of a stream: what its life, its two sides and what they stand on know of each other."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from .states import ReadEnd, WriteEnd

__all__ = [
    "Callback",
    "Emitting",
    "Holder",
    "Outlet",
    "ReadableEnd",
    "Sink",
    "Source",
    "Tap",
    "WritableEnd",
]

Callback = Callable[..., object]


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


class Emitting(Protocol):
    """The stream, as its life knows it."""

    def emit(self, event: Any, *args: Any) -> bool: ...
    def destroy(self, error: BaseException | None = None) -> object: ...


class ReadableEnd(Protocol):
    """The readable side, as the stream's life knows it."""

    end: ReadEnd
    length: int
    present: bool

    @property
    def is_done(self) -> bool: ...
    @property
    def ends_unheard(self) -> bool:
        """Whether everything was read, and nobody would hear of `'end'`."""

    def end_unheard(self) -> None:
        """End, and tell nobody."""

    def describe(self) -> str: ...
    def constructed(self) -> None: ...
    def destroyed(self) -> None: ...
    def listener_failed(self) -> None: ...
    def let_go(self) -> None:
        """Refer to the source no more."""


class WritableEnd(Protocol):
    """The writable side, as the stream's life knows it."""

    end: WriteEnd
    length: int
    present: bool

    @property
    def is_done(self) -> bool: ...
    @property
    def writable(self) -> bool: ...
    def describe(self) -> str: ...
    def constructed(self) -> None: ...
    def destroyed(self) -> None: ...
    def let_go(self) -> None:
        """Refer to the sink no more."""


class Holder(Protocol):
    """What a stream holds, and whom its errors concern."""

    @property
    def is_connection(self) -> bool:
        """Whether a program should not end before it is released."""

    @property
    def peer_name(self) -> str | None:
        """The other end of the connection that is held, if it has a name."""

    def construct(self, done: Callback) -> None:
        """Do what must be done before the stream can be used, then call `done(error_or_none)`."""

    def release(self, error: BaseException | None, done: Callback) -> None:
        """Release what the stream holds, then call `done(error_or_none)`."""

    def closed(self) -> None:
        """The stream is closed; `'close'` is about to be emitted."""

    def let_go(self) -> bool:
        """`'close'` was emitted: refer to the stream no more; False if that may not be."""

    def offer_error(self, error: BaseException) -> bool:
        """Give `error` to the greenlets that use the stream; False if there are none."""

    def error_unheard(self, error: BaseException) -> None:
        """Nobody listens to `'error'`."""

    def listener_failed(self, error: BaseException | None) -> None:
        """A listener has raised, and the stream is destroyed."""

    def forked(self) -> None:
        """In a forked child: what is held is the parent's."""

    def hub_destroyed(self) -> None:
        """The hub is about to be destroyed."""

    def make_writable(self) -> WritableEnd | None:
        """Make the writable side that was not needed yet; None if there is none."""

    def may_make_writable(self) -> bool:
        """Whether a writable side that was not made yet is there, and has not finished."""

    def finish_at_once(self) -> bool:
        """Finish the writable side, for nobody would hear of it; False if that may not be yet.

        It may be if nothing waits to be written, and if a release tells the other side of the end,
        too, so that none need be sent before it.
        """

    def keeps_half_open(self) -> bool:
        """Whether somebody other than `allow_half_open` decides when the writable side ends."""
