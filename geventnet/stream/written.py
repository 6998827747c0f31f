"""Written: what follows a write that is done, or has failed.

Its callback is called, after `'drain'` if that is due; callbacks are called in the order of the
writes. Those of writes that were done inside the calls that made them are deferred, together. When
a write has failed, what is queued behind it fails after its callback.
"""

from __future__ import annotations

from typing import Protocol

from greenlet import getcurrent

from ..loop.tasks import WRITE
from .callbacks import call_all
from .ending import Ending, finish_maybe
from .seams import Callback
from .states import DESTROYED, WriteEnd

__all__ = ["Due", "after_sync_write", "after_write", "fail_later", "write_failed"]

OPEN = WriteEnd.OPEN


class Due(list[Callback]):
    """Callbacks of writes that were done at once, made by the greenlet with the id `maker`."""

    __slots__ = ("maker",)

    def __init__(self) -> None:
        # A reference would keep a dispatcher from being used again.
        self.maker: int = id(getcurrent())


class Written(Ending, Protocol):
    """The writable side, as what follows its writes knows it."""

    need_drain: bool
    #: Whether what was queued is being handed to the sink.
    flushing: bool
    #: The callbacks that the next task calls; None if none is deferred.
    callbacks_due: Due | None
    #: Whether `'drain'` is deferred by itself, without a callback.
    after_write_scheduled: bool
    #: Whether a write has failed and its callback is due: those of later writes come after it.
    failure_due: bool

    def fail_queued(self) -> None: ...


def after_sync_write(side: Written, callback: Callback | None) -> None:
    """A write is done inside the call that made it: what follows is deferred."""
    life = side.life
    if callback is not None:
        if side.callbacks_due is None:
            side.callbacks_due = Due()
            life.scheduler.call_soon(life, WRITE, _after_sync_writes, side, side.callbacks_due)
        side.callbacks_due.append(callback)
    elif (side.need_drain and side.length == 0 and not side.after_write_scheduled) or (
        life.state >= DESTROYED
    ):
        side.after_write_scheduled = True
        life.scheduler.call_soon(life, WRITE, after_write, side, [], 1)
    else:
        side.pending -= 1
        if side.end is not OPEN and not side.flushing:
            # While what was queued is written, the callback of the write before may be due.
            finish_maybe(side, True)


def _after_sync_writes(side: Written, callbacks: list[Callback]) -> None:
    if side.callbacks_due is callbacks:
        side.callbacks_due = None
    after_write(side, callbacks, len(callbacks))


def after_write(side: Written, callbacks: list[Callback], count: int) -> None:
    """`count` writes are done: `'drain'` if that was waited for, then their callbacks."""
    side.after_write_scheduled = False
    life = side.life
    try:
        if side.need_drain and side.end is OPEN and life.state < DESTROYED and side.length == 0:
            side.need_drain = False
            life.emit("drain")
    finally:
        side.pending -= count
        try:
            call_all(life, callbacks, None)
        except BaseException:
            # After the callbacks that are left.
            life.scheduler.call_soon(life, WRITE, _after_callbacks, side)
            raise
        _after_callbacks(side)


def _after_callbacks(side: Written) -> None:
    if side.life.state >= DESTROYED:
        side.fail_queued()
    if side.end is not OPEN:
        finish_maybe(side, True)


def fail_later(side: Written, error: BaseException, callback: Callback | None) -> None:
    """`write_failed`, deferred."""
    side.failure_due = True
    side.life.scheduler.call_soon(side.life, WRITE, write_failed, side, error, callback)


def write_failed(side: Written, error: BaseException, callback: Callback | None) -> None:
    """A write has failed: its callback, then those of what is queued, then the stream."""
    side.pending -= 1
    side.failure_due = False
    try:
        if callback is not None:
            callback(error)
    finally:
        side.fail_queued()
        side.life.fail(error)
