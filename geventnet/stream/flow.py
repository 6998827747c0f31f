"""Flow: how the chunks of a readable side reach their listeners.

`flowing` says how chunks are wanted. It is None before anybody has said so, which leaves them in
the buffer; True while they are emitted as `'data'` (`on("data")`, `resume()`, `pipe()`); False
while they stay in the buffer until `read()` (`pause()`, `on("readable")`). `set_flowing` alone
changes it in the course of a life.
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any, Protocol

from ..loop.tasks import READ
from .direct import Tapped, find_direct
from .states import DESTROYED, LIFE_CLOSED, ReadEnd

__all__ = [
    "Flowing",
    "emit_readable",
    "emit_readable_later",
    "listened",
    "pause",
    "resume",
    "set_flowing",
    "unlistened",
]

OPEN = ReadEnd.OPEN
ENDED = ReadEnd.ENDED


class Flowing(Tapped, Protocol):
    """The readable side, as its flow knows it."""

    mark: int
    #: Whether the source was asked for bytes that it has not pushed yet.
    reading: bool
    #: What `pause()` and `resume()` have said last; None before.
    paused: bool | None
    resume_scheduled: bool
    #: Whether `'readable'` has listeners, which hold the flow back.
    readable_listening: bool
    #: Whether the next chunk is to be announced by `'readable'`.
    need_readable: bool
    #: Whether `'readable'` is due, or was emitted since the last `read()`.
    emitted_readable: bool

    def read(self, size: int | None = None) -> Any: ...


def set_flowing(side: Flowing, flowing: bool | None) -> None:
    side.flowing = flowing
    find_direct(side)


def pause(side: Flowing) -> bool:
    """Stop the flow; False if it was stopped before."""
    changes = side.flowing is not False
    if changes:
        set_flowing(side, False)
    return changes


def resume(side: Flowing) -> None:
    """Let the data flow, unless `'readable'` listeners hold it back."""
    if not side.flowing:
        set_flowing(side, not side.readable_listening)
        if not side.resume_scheduled:
            side.resume_scheduled = True
            side.life.scheduler.call_soon(side.life, READ, _resume_now, side)
    side.paused = False


def _resume_now(side: Flowing) -> None:
    if not side.reading:
        side.read(0)
    side.resume_scheduled = False
    if side.life.state is LIFE_CLOSED:
        return
    if side.life.over:
        side.listeners.tell("resume")
        return
    side.life.stream.emit("resume")
    _flow(side)
    if side.flowing and not side.reading:
        side.read(0)


def _flow(side: Flowing) -> None:
    """Emit what is in the buffer."""
    while side.flowing and side.read() is not None:
        pass


# 'readable'.


def emit_readable_later(side: Flowing) -> None:
    side.need_readable = False
    if not side.emitted_readable:
        side.emitted_readable = True
        side.life.scheduler.call_soon(side.life, READ, emit_readable, side)


def emit_readable(side: Flowing) -> None:
    life = side.life
    if life.state < DESTROYED and life.errored is None and (side.length or side.end is not OPEN):
        life.emit("readable")
        side.emitted_readable = False
    if not side.flowing and side.end is OPEN and side.length <= side.mark:
        side.need_readable = True
    _flow(side)


# Listeners.


def listened(side: Flowing, event: Hashable) -> bool:
    """A listener of `event` was added; answers whether the stream is to be resumed."""
    if event == "data":
        side.readable_listening = "readable" in side.listeners
        return side.flowing is not False
    if event == "readable" and side.end is not ENDED and not side.readable_listening:
        side.readable_listening = True
        side.need_readable = True
        set_flowing(side, False)
        side.emitted_readable = False
        if side.length:
            emit_readable_later(side)
        elif not side.reading:
            side.life.scheduler.call_soon(side.life, READ, side.read, 0)
    return False


def unlistened(side: Flowing, event: Hashable | None) -> None:
    """A listener of `event`, or of every event, was asked to be removed."""
    if event == "readable" or event is None:
        goes_on = event is None and side.flowing is True
        side.life.scheduler.call_soon(side.life, READ, _without_listener, side, goes_on)


def _without_listener(side: Flowing, goes_on: bool) -> None:
    """`'readable'` may have no listener any more; `goes_on` is whether a flow is to last."""
    side.readable_listening = "readable" in side.listeners
    if side.resume_scheduled and side.paused is False:
        set_flowing(side, True)
    elif "data" in side.listeners:
        if side.life.state is LIFE_CLOSED:
            resume(side)
        else:
            side.life.resume()
    elif not side.readable_listening and not (goes_on and side.flowing):
        set_flowing(side, None)
