"""IdleClock: how long a socket has been without traffic."""

from __future__ import annotations

from collections.abc import Callable

from .turn import Timer, Turn

__all__ = ["IdleClock"]

#: The loop's timers may fire this much early (seconds).
_SLACK = 0.001


class IdleClock:
    """Calls `on_idle` (in the hub) when `touch` was not called for `limit` seconds.

    Traffic only stores the time; the timer, when it fires, looks whether the limit has really
    passed and is set again for what remains. After `on_idle` it stands still until `touch`.
    """

    __slots__ = ("_armed", "_last", "_on_idle", "_timer", "_turn", "limit")

    def __init__(self, turn: Turn, limit: float, on_idle: Callable[[], object]) -> None:
        self.limit = limit
        self._turn = turn
        self._on_idle = on_idle
        self._last = turn.clock()
        self._timer = Timer(turn, self._expire)
        self._armed = True
        self._timer.start(limit)

    def touch(self) -> None:
        """There was traffic."""
        self._last = self._turn.clock()
        if not self._armed:
            self._armed = True
            self._timer.start(self.limit)

    def stop(self) -> None:
        self._armed = True
        self._timer.stop()

    def _expire(self) -> None:
        remaining = self._last + self.limit - self._turn.fresh_clock()
        if remaining > _SLACK:
            self._timer.start(remaining)
        else:
            self._armed = False
            self._on_idle()
