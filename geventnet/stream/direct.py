"""Direct: whether chunks go past a readable side, straight from its tap to the listener.

While the side flows, holds nothing, decodes nothing and has not ended, its only `'data'` listener
is the tap's `direct`: a chunk goes from the tap to that listener and does not come to the side.
With a decoder or several listeners it goes to `ReadSide.received`, which gives it to them at once.
Whatever changes one of these while the side flows calls `find_direct`. If the program has an
`emit()` of its own, every chunk goes through that.
"""

from __future__ import annotations

from typing import Protocol

from ..events.emitter import EventEmitter
from ..events.registry import Registry
from .codec import Decoder
from .life import Life
from .seams import Tap
from .states import DESTROYED, ReadEnd

__all__ = ["Tapped", "did_read", "find_direct", "tap", "untap"]

OPEN = ReadEnd.OPEN


class Tapped(Protocol):
    """The readable side, as what goes past it knows it."""

    life: Life
    listeners: Registry
    end: ReadEnd
    length: int
    objects: bool
    decoder: Decoder | None
    flowing: bool | None
    #: What brings chunks by itself; None while there is nothing of the kind.
    tap: Tap | None
    #: Whether what the tap brings is given to the listeners at once.
    flows: bool
    #: What the tap had read when it was given its `direct`; -1 while that is None.
    direct_since: int
    #: Whether a chunk was given out, apart from what went past since `direct_since`.
    gave_out: bool


def tap(side: Tapped, source: Tap) -> None:
    """Chunks come from `source` now, which calls `received`, `ended` and `failed`."""
    side.tap = source
    find_direct(side)


def untap(side: Tapped) -> None:
    """The tap is closed."""
    source = side.tap
    if source is not None:
        _leave_direct(side, source)
        source.direct = None
        side.tap = None
        side.flows = False


def find_direct(side: Tapped) -> None:
    """Find out whether chunks may go past this side, and set the tap's `direct`."""
    source = side.tap
    if source is None or not (side.flowing or side.flows):
        return
    direct = None
    side.flows = flows = (
        side.flowing is True
        and not side.length
        and side.end is OPEN
        and side.life.state < DESTROYED
        and not side.objects
        and _emits_plainly(side)
    )
    if flows and side.decoder is None:
        found = side.listeners.get("data")
        if not isinstance(found, tuple):
            direct = found
    if direct is not None:
        if source.direct is None:
            side.direct_since = source.bytes_read
    elif source.direct is not None:
        _leave_direct(side, source)
    source.direct = direct


def did_read(side: Tapped) -> bool:
    """Whether a chunk was ever given out."""
    source = side.tap
    return side.gave_out or (source is not None and 0 <= side.direct_since < source.bytes_read)


def _emits_plainly(side: Tapped) -> bool:
    """Whether neither the stream's class nor the stream has an `emit()` of its own."""
    return getattr(side.life.stream.emit, "__func__", None) is EventEmitter.emit


def _leave_direct(side: Tapped, source: Tap) -> None:
    """Chunks do not go past this side any more: remember whether one did."""
    if side.direct_since >= 0:
        side.gave_out = side.gave_out or side.direct_since < source.bytes_read
        side.direct_since = -1
