"""Timers of the loop, and the idle clock that traffic does not re-arm."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .scheduler import Scheduler
from .unpatched import thread_ident

__all__ = ["SLACK", "IdleClock", "Timer"]

#: The loop's timers may fire this much early (seconds).
SLACK = 0.001


class Timer:
    """A timer that can be started over; with `ref` it keeps the program running.

    `function` runs in the hub: it must be the library's own, and may only defer.
    """

    __slots__ = ("_function", "_ref", "_scheduler", "_watcher")

    def __init__(
        self, scheduler: Scheduler, function: Callable[[], object], ref: bool = False
    ) -> None:
        self._scheduler = scheduler
        self._ref = ref
        self._watcher: Any = None
        self._function = function

    def __repr__(self) -> str:
        return repr(getattr(self._function, "__self__", self._function))

    def start(self, delay: float) -> None:
        """Call the function once after `delay` seconds, instead of what was asked for before."""
        self.stop()
        self._watcher = watcher = self._scheduler.timer(max(delay, 0.0), self._ref)
        watcher.start(self._expire)

    def stop(self) -> None:
        if self._watcher is not None:
            self._watcher.stop()
            self._watcher.close()
            self._watcher = None

    def discard(self) -> None:
        """`stop`, in whatever thread: the garbage collector's."""
        if self._watcher is not None:
            thread = self._scheduler.thread
            if thread == thread_ident():
                self.stop()
            elif thread:
                self._scheduler.run_callback_threadsafe(self.stop)

    def _expire(self) -> None:
        # libuv goes on using the memory of a timer that is freed and was not closed.
        self.stop()
        self._function()


class IdleClock:
    """Calls `on_idle` (in the hub) when `touch` was not called for `limit` seconds.

    Traffic only stores the time; the timer, when it fires, looks whether the limit has really
    passed and is set again for what remains. After `on_idle` it stands still until `touch`.
    """

    __slots__ = ("_armed", "_last", "_on_idle", "_scheduler", "_timer", "limit")

    def __init__(self, scheduler: Scheduler, limit: float, on_idle: Callable[[], object]) -> None:
        self.limit: float = limit
        self._scheduler = scheduler
        self._on_idle = on_idle
        self._last = scheduler.clock()
        self._timer = Timer(scheduler, self._expire)
        self._armed = True
        self._timer.start(limit)

    def __repr__(self) -> str:
        return f"the idle clock of {getattr(self._on_idle, '__self__', self._on_idle)!r}"

    def touch(self) -> None:
        """There was traffic."""
        self._last = self._scheduler.clock()
        if not self._armed:
            self._armed = True
            self._timer.start(self.limit)

    def stop(self) -> None:
        self._armed = True
        self._timer.stop()

    def _expire(self) -> None:
        remaining = self._last + self.limit - self._scheduler.fresh_clock()
        if remaining > SLACK:
            self._timer.start(remaining)
        else:
            self._armed = False
            self._on_idle()
