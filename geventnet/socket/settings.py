"""Settings: what a program asks of the library for one Socket; few ask for anything."""

from __future__ import annotations

import _socket
from typing import Final, NamedTuple

from ..transport.onread import OnRead

__all__ = ["USUAL", "Settings"]


class Settings(NamedTuple):
    """All but a few Sockets share one object with the default values."""

    #: Where received bytes go instead of to listeners.
    onread: OnRead | None = None
    #: How many bytes may wait to be sent before a write destroys the stream; None is no limit.
    max_buffered: int | None = None
    #: Whether descriptors are passed over it.
    takes_handles: bool = False
    #: Whether the class has the library's `write()`, `end()` and `emit()`: it may do without them.
    is_plain: bool = True
    #: The limit that blocking calls had on what this was made of (seconds); None is none.
    donor_limit: float | None = None

    @property
    def first_limit(self) -> float | None:
        """The limit of blocking calls, as long as none was set (seconds)."""
        return _socket.getdefaulttimeout() if self.donor_limit is None else self.donor_limit


USUAL: Final = Settings()
