"""Eof: from the end of the source to `'end'`, once everything is read.

`become` alone changes the state; the table is `states.READ_END`. Whoever empties the buffer of a
side whose source has ended calls `schedule_end`.
"""

from __future__ import annotations

from typing import Any, Protocol

from ..loop.tasks import READ
from .direct import find_direct
from .flow import Flowing, emit_readable, emit_readable_later
from .states import LIFE_CLOSED, READ_END, ReadEnd

__all__ = ["become", "schedule_end", "source_ended"]

OPEN = ReadEnd.OPEN
EOF = ReadEnd.EOF
DUE = ReadEnd.DUE
ENDED = ReadEnd.ENDED


class Finite(Flowing, Protocol):
    """The readable side, as its end knows it."""

    #: Whether what comes is told of later: the source is being asked, or was never asked.
    sync: bool

    def keep(self, chunk: Any, front: bool = False) -> None: ...


def become(side: Finite, state: ReadEnd) -> None:
    assert state in READ_END[side.end], (side.end, state)
    side.end = state


def source_ended(side: Finite) -> None:
    """The source brings nothing more."""
    if side.end is not OPEN:
        return
    if side.decoder is not None:
        rest = side.decoder.end()
        if rest:
            side.keep(rest)
    become(side, EOF)
    find_direct(side)
    if side.sync:
        emit_readable_later(side)
    else:
        side.need_readable = False
        side.emitted_readable = True
        emit_readable(side)


def schedule_end(side: Finite) -> None:
    """Everything was read: `'end'` is due."""
    if side.end is EOF:
        become(side, DUE)
        side.life.scheduler.call_soon(side.life, READ, _emit_end, side)


def _emit_end(side: Finite) -> None:
    life = side.life
    if side.end is not DUE:
        return
    if life.errored is not None or life.state is LIFE_CLOSED or side.length or life.over:
        become(side, EOF)
        return
    become(side, ENDED)
    life.stream.emit("end")
    if not life.over:
        life.end_emitted()
