"""The states of a Socket's link, and what may follow what."""

from __future__ import annotations

from collections.abc import Mapping
from enum import IntEnum
from typing import Final

__all__ = ["CLOSED", "DIALLING", "FAILED", "LINK", "NEW", "OPEN", "LinkState"]


class LinkState(IntEnum):
    """What a Socket is connected with."""

    #: No connection was asked for.
    NEW = 0
    #: `connect()` was called.
    DIALLING = 1
    #: The only attempt has failed; its error is due.
    FAILED = 2
    #: There is a transport.
    OPEN = 3
    #: The connection was given up. The next `connect()` begins another life.
    CLOSED = 4


# The members by themselves: the attribute of an enum costs as much as a call.
NEW: Final = LinkState.NEW
DIALLING: Final = LinkState.DIALLING
FAILED: Final = LinkState.FAILED
OPEN: Final = LinkState.OPEN
CLOSED: Final = LinkState.CLOSED

LINK: Final[Mapping[LinkState, frozenset[LinkState]]] = {
    NEW: frozenset((DIALLING, OPEN, CLOSED)),
    DIALLING: frozenset((DIALLING, FAILED, OPEN, CLOSED)),
    FAILED: frozenset((DIALLING, CLOSED)),
    OPEN: frozenset((DIALLING, CLOSED)),
    CLOSED: frozenset(),
}
