"""Gone: what the parts of a closed stream refer to in place of the stream and of each other.

A stream and its parts refer to each other, so that only the garbage collector could free them.
After `'close'` nothing is told, read or written any more: then the parts let the stream go, and all
of it is freed with the program's last reference to it. Who gives a closed stream a callback makes
it known to its life again: what the callback raises is that stream's.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

__all__ = ["GONE", "Gone", "HoldsNothing"]


class HoldsNothing:
    """A holder (see `seams`) that nothing depends on."""

    __slots__ = ()

    is_connection: bool = False
    peer_name: str | None = None

    def construct(self, done: Callable[..., object]) -> None: ...
    def release(self, error: BaseException | None, done: Callable[..., object]) -> None: ...
    def closed(self) -> None: ...
    def error_unheard(self, error: BaseException) -> None: ...
    def listener_failed(self, error: BaseException | None) -> None: ...
    def forked(self) -> None: ...
    def hub_destroyed(self) -> None: ...
    def make_writable(self) -> None: ...

    def let_go(self) -> bool:
        return True

    def offer_error(self, error: BaseException) -> bool:
        return False

    def may_make_writable(self) -> bool:
        return False

    def finish_at_once(self) -> bool:
        return False

    def keeps_half_open(self) -> bool:
        return False


class Gone(HoldsNothing):
    """Stands for a stream, its holder, its source and its sink, and does nothing."""

    __slots__ = ()

    writev: None = None
    final: None = None

    def __repr__(self) -> str:
        return "<closed stream>"

    # The stream.

    def emit(self, event: Any, *args: Any) -> bool:
        return False

    def once(self, event: Any, listener: Callable[..., object]) -> None: ...
    def off(self, event: Any, listener: Callable[..., object]) -> None: ...
    def destroy(self, error: BaseException | None = None) -> None: ...
    def destroy_soon(self) -> None: ...
    def end(self) -> None: ...
    def resume(self) -> None: ...

    def is_paused(self) -> bool:
        return False

    def ready(self) -> bool:
        return True

    # Its source and its sink.

    def read(self, size: int) -> None: ...
    def write(self, chunk: Any, encoding: str, done: Callable[..., object]) -> None: ...


GONE: Final = Gone()
