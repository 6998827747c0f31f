"""The states of a stream, and what may follow what.

A stream has a life, and each of its sides has an end. All three move forward,
so that a test like `state >= LifeState.DESTROYED` means "destroyed, and perhaps more".
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import IntEnum
from typing import Final

__all__ = [
    "CONSTRUCTING",
    "DESTROYED",
    "LIFE",
    "LIFE_CLOSED",
    "LIVE",
    "READ_END",
    "RELEASED",
    "WRITE_END",
    "LifeState",
    "ReadEnd",
    "WriteEnd",
]


class LifeState(IntEnum):
    """A stream's life."""

    #: `_construct` was called; nothing is read or written yet.
    CONSTRUCTING = 0
    #: It can be read and written, as far as its sides go.
    LIVE = 1
    #: `destroy()` was called; the stream releases what it holds.
    DESTROYED = 2
    #: What the stream held is released; `'error'`, if there is one, and `'close'` are due.
    RELEASED = 3
    #: `'close'` was emitted; nothing is emitted any more.
    CLOSED = 4


class ReadEnd(IntEnum):
    """The end of the readable side."""

    #: The source may still bring something.
    OPEN = 0
    #: The source has ended; the buffer may still hold bytes.
    EOF = 1
    #: The buffer is empty; `'end'` is due. Bytes that `unshift()` puts back make it EOF again.
    DUE = 2
    #: `'end'` was emitted, or the stream has no readable side.
    ENDED = 3


class WriteEnd(IntEnum):
    """The end of the writable side."""

    #: `end()` was not called.
    OPEN = 0
    #: `end()` was called; queued writes go on.
    ENDING = 1
    #: Everything is written; `_final` was called.
    FINALIZING = 2
    #: `_final` is done; `'finish'` is due.
    PREFINISHED = 3
    #: `'finish'` is emitted, or the stream has no writable side.
    FINISHED = 4


LIFE: Final[Mapping[LifeState, frozenset[LifeState]]] = {
    LifeState.CONSTRUCTING: frozenset((LifeState.LIVE, LifeState.DESTROYED)),
    LifeState.LIVE: frozenset((LifeState.DESTROYED,)),
    LifeState.DESTROYED: frozenset((LifeState.RELEASED,)),
    LifeState.RELEASED: frozenset((LifeState.CLOSED,)),
    LifeState.CLOSED: frozenset(),
}

READ_END: Final[Mapping[ReadEnd, frozenset[ReadEnd]]] = {
    ReadEnd.OPEN: frozenset((ReadEnd.EOF, ReadEnd.ENDED)),
    ReadEnd.EOF: frozenset((ReadEnd.DUE,)),
    ReadEnd.DUE: frozenset((ReadEnd.EOF, ReadEnd.ENDED)),
    ReadEnd.ENDED: frozenset(),
}

WRITE_END: Final[Mapping[WriteEnd, frozenset[WriteEnd]]] = {
    WriteEnd.OPEN: frozenset((WriteEnd.ENDING, WriteEnd.FINISHED)),
    WriteEnd.ENDING: frozenset((WriteEnd.FINALIZING, WriteEnd.PREFINISHED)),
    # A Socket that is connected after its end() sends that end, and goes on.
    WriteEnd.FINALIZING: frozenset((WriteEnd.PREFINISHED, WriteEnd.OPEN)),
    WriteEnd.PREFINISHED: frozenset((WriteEnd.FINISHED,)),
    WriteEnd.FINISHED: frozenset(),
}

# The members by themselves: on Python 3.11 the attribute of an enum costs as much as a call.
CONSTRUCTING: Final = LifeState.CONSTRUCTING
LIVE: Final = LifeState.LIVE
DESTROYED: Final = LifeState.DESTROYED
RELEASED: Final = LifeState.RELEASED
LIFE_CLOSED: Final = LifeState.CLOSED
