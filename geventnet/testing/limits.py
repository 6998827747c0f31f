"""Limits of time that hold even if the hub is blocked: a native thread watches.

The thread asks the hub to act. A hub that does not run any more, because some greenlet computes or
waits in a call that is not gevent's, is interrupted by a signal.
"""

from __future__ import annotations

import contextlib
import signal
import time
from collections.abc import Callable, Iterator
from types import FrameType
from typing import Any

import gevent
from gevent import monkey
from greenlet import GreenletExit, getcurrent

from ..loop.unpatched import allocate_lock, thread_ident
from .stacks import frames, greenlet_stacks, thread_frames

__all__ = ["BlockedHubError", "GreenletTimeoutError", "blocked_hub", "greenlet_timeout"]

_start_thread: Any = monkey.get_original("_thread", "start_new_thread")

#: How long the hub may take to act before it counts as blocked (seconds).
_GRACE = 0.25
#: Nothing happens on it by default, so one that comes late does no harm.
_SIGNAL = getattr(signal, "SIGURG", None)


class GreenletTimeoutError(BaseException):
    """A `greenlet_timeout` has struck; the text has the stacks of all greenlets.

    Not an Exception, so that the code under test does not take it for one of its own.
    """


class BlockedHubError(AssertionError):
    """The hub was blocked for longer than `blocked_hub` allows; the text says where."""


class _Interrupted(GreenletExit):
    """Ends the greenlet that blocks the hub, so that the hub can act."""


class _Watchman:
    """A native thread that calls `watch(asleep)`; `asleep(seconds)` is False when it must end."""

    def __init__(self, watch: Callable[[Callable[[float], bool]], None]) -> None:
        self._end = allocate_lock()
        self._ended = allocate_lock()
        self._end.acquire()
        self._ended.acquire()
        self._watch = watch
        _start_thread(self._run, ())

    def _run(self) -> None:
        try:
            self._watch(lambda seconds: not self._end.acquire(True, seconds))
        finally:
            self._ended.release()

    def end(self) -> None:
        self._end.release()
        self._ended.acquire()


@contextlib.contextmanager
def greenlet_timeout(seconds: float) -> Iterator[None]:
    """Raise `GreenletTimeoutError` in the calling greenlet if the body takes longer than `seconds`.

    A body that blocks the hub is interrupted too, if this is the main thread and the system has
    SIGURG.
    """
    with _Limit(seconds):
        yield


class _Limit:
    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._target = getcurrent()
        self._loop: Any = gevent.get_hub().loop
        self._thread = thread_ident()
        self._blocked_at = ""
        self._late = self._struck = self._over = False
        self._handler: Any = None
        self._watchman: _Watchman | None = None

    def __enter__(self) -> None:
        if _SIGNAL is not None:
            # Only the main thread may.
            with contextlib.suppress(ValueError):
                self._handler = signal.signal(_SIGNAL, self._interrupt)
        self._watchman = _Watchman(self._watch)

    def __exit__(self, *exc_info: object) -> None:
        self._over = True
        assert self._watchman is not None
        self._watchman.end()
        if self._handler is not None:
            signal.signal(_SIGNAL, self._handler)  # type: ignore[arg-type]

    def _watch(self, asleep: Callable[[float], bool]) -> None:
        if asleep(self._seconds):
            self._late = True
            self._loop.run_callback_threadsafe(self._strike)
            # A greenlet that goes on blocking is interrupted again.
            while asleep(_GRACE) and not self._struck:
                if self._handler is None:
                    return
                signal.pthread_kill(self._thread, _SIGNAL)  # type: ignore[arg-type]

    def _strike(self) -> None:
        """Called in the hub."""
        if not (self._over or self._struck or self._target.dead):
            self._struck = True
            stacks = greenlet_stacks()
            self._target.throw(self._error(stacks))

    def _interrupt(self, number: int, frame: FrameType | None) -> None:
        """The signal has come: the hub is blocked, by whatever runs now."""
        if not self._late and callable(self._handler):
            # Another limit, around this one, has passed.
            self._handler(number, frame)
        if not self._late or self._over or self._struck:
            return
        self._blocked_at = "\n".join(["the hub is blocked at", *frames(frame), ""])
        if getcurrent() is self._target:
            self._struck = True
            raise self._error(greenlet_stacks())
        raise _Interrupted

    def _error(self, stacks: str) -> GreenletTimeoutError:
        return GreenletTimeoutError(
            f"not done within {self._seconds:g} s\n{self._blocked_at}{stacks}"
        )


@contextlib.contextmanager
def blocked_hub(limit: float) -> Iterator[None]:
    """Raise `BlockedHubError` on leaving if the hub could not run for `limit` seconds at a time.

    Something computes for so long, or waits in a call that is not gevent's; the text says where
    each of these times was spent. Not raised if an exception comes out of the body.
    """
    loop: Any = gevent.get_hub().loop
    thread = thread_ident()
    found: list[str] = []

    def watch(asleep: Callable[[float], bool]) -> None:
        answered = True
        asked = 0.0
        told = False

        def answer() -> None:
            nonlocal answered
            answered = True

        while asleep(limit / 4):
            if answered:
                answered = told = False
                asked = time.monotonic()
                loop.run_callback_threadsafe(answer)
            elif not told and time.monotonic() - asked >= limit:
                told = True
                found.append("\n".join(frames(thread_frames().get(thread))))

    watchman = _Watchman(watch)
    try:
        yield
    finally:
        watchman.end()
    if found:
        places = "\nand at\n".join(dict.fromkeys(found))
        raise BlockedHubError(f"the hub was blocked for {limit:g} s or longer at\n{places}")
