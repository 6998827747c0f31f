"""Where every greenlet and thread is at the moment."""

from __future__ import annotations

import gc
import sys
import threading
import traceback
from collections.abc import Iterator
from types import FrameType

from gevent.hub import Hub
from greenlet import getcurrent, greenlet

from ..loop.unpatched import thread_ident

__all__ = ["frames", "greenlet_stacks", "root", "thread_frames"]


#: The threads that watch over limits of time are not shown.
_LIMITS = __file__.replace("stacks", "limits")


def greenlet_stacks() -> str:
    """The stacks of all greenlets, and of all threads, innermost call last.

    A stack that several greenlets have is shown once. Greenlets that have not begun or have ended,
    and hubs, are left out.
    """
    running = thread_frames()
    here = thread_ident()
    shown: dict[tuple[str, ...], list[str]] = {}
    for ident, frame in running.items():
        if _outermost(frame).f_code.co_filename == _LIMITS:
            continue
        title = f"thread {_name(ident)}"
        if ident == here:
            # The hub only shows the stacks.
            if isinstance(getcurrent(), Hub):
                continue
            title = f"{_title(getcurrent())}, running"
            frame = sys._getframe(1)  # noqa: SLF001
        shown.setdefault(tuple(frames(frame)), []).append(title)
    for thing in gc.get_objects():
        if isinstance(thing, greenlet) and thing and not isinstance(thing, Hub):
            waits = thing.gr_frame
            if waits is not None and thing is not getcurrent():
                shown.setdefault(tuple(frames(waits)), []).append(_title(thing))
    return "\n".join(_listed(shown))


def _outermost(frame: FrameType) -> FrameType:
    """What the thread has begun with."""
    while frame.f_back is not None:
        frame = frame.f_back
    return frame


def _listed(shown: dict[tuple[str, ...], list[str]]) -> Iterator[str]:
    for stack, titles in shown.items():
        more = f", and {len(titles) - 1} more at the same place" if len(titles) > 1 else ""
        yield f"{titles[0]}{more}"
        yield from stack


def _title(thing: greenlet) -> str:
    return "main greenlet" if thing.parent is None else repr(thing)


def _name(ident: int) -> str:
    thread = getattr(threading, "_active", {}).get(ident)
    return str(ident) if thread is None else repr(thread.name)


def thread_frames() -> dict[int, FrameType]:
    """What each thread runs, by its native ident."""
    return sys._current_frames()  # noqa: SLF001


def root(of: greenlet) -> greenlet:
    """The main greenlet of the thread that `of` runs in."""
    while (parent := of.parent) is not None:
        of = parent
    return of


def frames(frame: FrameType | None, most: int = 12) -> list[str]:
    """The lines that show a stack, the innermost `most` calls of it, without those of gevent."""
    stack = traceback.extract_stack(frame, most * 3)
    own = [one for one in stack if "/gevent/" not in one.filename.replace("\\", "/")]
    return [f"    {one.filename}:{one.lineno} in {one.name}: {one.line}" for one in own[-most:]]
