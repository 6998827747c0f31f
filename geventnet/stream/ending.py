"""Ending: from `end()` to `'finish'`, once everything is written and the sink has done its part.

A side ends when nothing is queued, under way or `pending` any more: `finish_maybe` is called
whenever one of these may have become so. `become` alone changes the state; the table is
`states.WRITE_END`.
"""

from __future__ import annotations

from functools import partial
from typing import Any, Protocol

from .. import errors
from ..loop.tasks import WRITE
from .callbacks import call_all
from .life import Life
from .seams import Callback, Outlet, Sink
from .states import DESTROYED, LIFE_CLOSED, LIVE, WRITE_END, WriteEnd

__all__ = ["Ending", "become", "end", "finish_maybe", "reopen"]

OPEN = WriteEnd.OPEN
ENDING = WriteEnd.ENDING
FINALIZING = WriteEnd.FINALIZING
PREFINISHED = WriteEnd.PREFINISHED
FINISHED = WriteEnd.FINISHED


class Ending(Protocol):
    """The writable side, as its end knows it."""

    life: Life
    sink: Sink
    end: WriteEnd
    direct: Outlet | None
    length: int
    corked: int
    #: The callbacks that must come before `'finish'`.
    pending: int
    #: Whether the sink is being called.
    sync: bool
    finish_callbacks: list[Callback] | None

    @property
    def is_idle(self) -> bool: ...
    def flush(self) -> None: ...
    def accept(
        self, chunk: Any, encoding: str | None, callback: Callback | None
    ) -> bool | BaseException: ...
    def uncork(self) -> None: ...


def become(side: Ending, state: WriteEnd) -> None:
    assert state in WRITE_END[side.end], (side.end, state)
    side.end = state


def end(side: Ending, chunk: Any, encoding: str | None, callback: Callback | None) -> None:
    """Write `chunk`, if there is one, and then nothing more."""
    side.flush()
    life = side.life
    error: BaseException | None = None
    if chunk is not None:
        answer = side.accept(chunk, encoding, None)
        if isinstance(answer, BaseException):
            error = answer
    if side.corked:
        side.corked = 1
        side.uncork()
    if error is None:
        if side.end is OPEN and life.errored is None:
            become(side, ENDING)
            side.direct = None
            finish_maybe(side, True)
        elif side.end is FINISHED:
            error = errors.stream_already_finished("end")
        elif life.state >= DESTROYED:
            error = errors.stream_destroyed("end")
    if callback is not None:
        if error is not None or life.errored is not None or side.end is FINISHED:
            life.scheduler.call_soon(life, WRITE, callback, error or life.errored)
        else:
            if side.finish_callbacks is None:
                side.finish_callbacks = []
            side.finish_callbacks.append(callback)
    life.changed()


def reopen(side: Ending) -> None:
    """The end came before there was anything to end: writing goes on."""
    become(side, OPEN)
    side.pending -= 1


def _needs_finish(side: Ending) -> bool:
    life = side.life
    return (
        OPEN < side.end < FINISHED
        and life.state is LIVE
        and not life.error_emitted
        and life.errored is None
        and side.is_idle
        and side.length == 0
    )


def finish_maybe(side: Ending, deferred: bool = False) -> None:
    """Go on with an end that nothing is in the way of any more."""
    if not _needs_finish(side):
        return
    _prefinish(side)
    if side.pending == 0:
        if deferred:
            side.pending += 1
            side.life.scheduler.call_soon(side.life, WRITE, _finish_if_needed, side)
        elif _needs_finish(side):
            side.pending += 1
            _finish(side)


def _finish_if_needed(side: Ending) -> None:
    if _needs_finish(side):
        _finish(side)
    else:
        side.pending -= 1


def _prefinish(side: Ending) -> None:
    if side.end >= FINALIZING:
        return
    final = side.sink.final
    if final is None:
        become(side, PREFINISHED)
        side.life.emit("prefinish")
        return
    become(side, FINALIZING)
    side.sync = True
    side.pending += 1
    done = partial(_on_final, side)
    try:
        final(done)
    except Exception as error:
        done(error)
    finally:
        side.sync = False


def _on_final(side: Ending, error: BaseException | None = None) -> None:
    """The sink has done what it must before `'finish'`, or has failed with `error`."""
    life = side.life
    if side.end >= PREFINISHED:
        life.fail(error or errors.multiple_callback())
        return
    if side.end is FINALIZING:
        # Else it is the end of before `reopen`.
        side.pending -= 1
    if error is not None:
        callbacks = side.finish_callbacks or []
        side.finish_callbacks = None
        try:
            call_all(life, callbacks, error)
        finally:
            life.fail(error, side.sync)
    elif _needs_finish(side):
        become(side, PREFINISHED)
        life.emit("prefinish")
        side.pending += 1
        life.scheduler.call_soon(life, WRITE, _finish, side)


def _finish(side: Ending) -> None:
    side.pending -= 1
    if side.end is FINISHED:
        return
    become(side, FINISHED)
    life = side.life
    callbacks = side.finish_callbacks or []
    side.finish_callbacks = None
    try:
        call_all(life, callbacks, None)
    finally:
        try:
            if life.state is not LIFE_CLOSED:
                life.emit("finish")
                if not life.over:
                    life.finish_emitted()
        finally:
            life.changed()
