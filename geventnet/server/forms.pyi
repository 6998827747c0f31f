"""The forms of `listen`, for type checkers alone."""

from typing import Protocol, TypedDict

from ..connect.forms import Address, Path
from ..events.abort import AbortSignal

__all__ = ["ListenOptions", "Place"]

class _Handle(Protocol):
    """A Server, a Socket, a socket of Python's."""

    def fileno(self) -> int: ...

Place = int | Path | Address | _Handle | None

class ListenOptions(TypedDict, total=False):
    fd: int | None
    exclusive: bool
    readable_all: bool
    writable_all: bool
    ipv6_only: bool
    reuse_port: bool
    signal: AbortSignal | None
