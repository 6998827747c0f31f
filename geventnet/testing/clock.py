"""fake_clock: time that a test moves.

While a fake clock is installed, the hub's loop is one whose timers are the clock's, and all that
waits in gevent waits for such a timer; the scheduler reads its time from the clock. Descriptors,
callbacks and signals are the real loop's.
"""

from __future__ import annotations

import heapq
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import gevent

from ..loop.current import this_scheduler
from .settling import Stillness, settle

__all__ = ["FakeClock", "fake_clock"]

#: The time of a real clock, also where `time` is patched by the test.
_monotonic = time.monotonic
_time = time.time


@contextmanager
def fake_clock(*, autojump: bool = False, cushion: float = 0.0) -> Iterator[FakeClock]:
    """Let the timers of the calling greenlet's hub obey a clock that stands still.

    In the body of the `with`, `gevent.sleep`, `gevent.Timeout`, every `timeout=` of gevent and of
    this library, idle timeouts, attempt delays and drains wait for that clock. A test moves it by
    `advance()`. With `autojump` it jumps to the next timer whenever every greenlet waits (as
    `settle()` has it), so that a program that sleeps for hours takes no time; with `cushion` only
    after so many seconds of real time.

    Timers that were started before stay real; what is still active at the end goes on in real time
    with the rest that it has. `time.monotonic` and its kin are not changed: see
    `FakeClock.monotonic`. Raises `RuntimeError` if the hub has a fake clock already.
    """
    clock = FakeClock(autojump, cushion)
    try:
        yield clock
    finally:
        clock.close()


class FakeClock:
    """A clock that stands still until it is moved; made by `fake_clock()`."""

    def __init__(self, autojump: bool, cushion: float) -> None:
        self._hub: Any = gevent.get_hub()
        if isinstance(self._hub.loop, _Loop):
            raise RuntimeError("This hub has a fake clock already")
        self._scheduler = this_scheduler()
        self._start = self._scheduler.fresh_clock()
        self._monotonic = _monotonic()
        self._wall = _time()
        self._now = 0.0
        self._order = 0
        self._heap: list[tuple[float, int, int, _Timer]] = []
        self._active: set[_Timer] = set()
        self._is_open = True
        self._is_advancing = False
        self._real: Any = self._hub.loop
        self._stillness = Stillness(self._hub, self._jump_in_hub, cushion) if autojump else None
        loop: Any = _Loop(self._real, self)
        self._hub.loop = self._scheduler.loop = loop
        self._scheduler.read_clock = self._read

    def __repr__(self) -> str:
        return f"<FakeClock at {self._now:g}, {len(self._active)} timers>"

    def _read(self) -> float:
        return self._start + self._now

    # What time it is.

    @property
    def now(self) -> float:
        """The seconds that this clock was moved since it was made."""
        return self._now

    def monotonic(self) -> float:
        """What `time.monotonic()` would say; for code under test that reads it.

        `monkeypatch.setattr("program.monotonic", clock.monotonic)`.
        """
        return self._monotonic + self._now

    def time(self) -> float:
        """What `time.time()` would say; for code under test that reads it."""
        return self._wall + self._now

    @property
    def next_timer(self) -> float | None:
        """The seconds until the next timer; None if there is none."""
        deadline = self._next_deadline()
        return None if deadline is None else max(deadline - self._now, 0.0)

    # Moving it.

    def advance(self, seconds: float) -> None:
        """Let `seconds` pass. Blocks the calling greenlet until every other one waits again.

        The clock stops at each timer on the way, in order, and goes on when all that it has set
        off has settled (see `settle`). Raises `RuntimeError` in two greenlets at once.
        """
        if not seconds >= 0:
            raise ValueError(f"time goes forward, not by {seconds!r} seconds")
        self._advance_to(self._now + seconds)

    def jump(self) -> float:
        """Advance to the next timer; returns how many seconds that were.

        Blocks as `advance`. Raises `RuntimeError` if no timer is active.
        """
        settle()
        before, deadline = self._now, self._next_deadline()
        if deadline is None:
            raise RuntimeError("no timer is active")
        self._advance_to(deadline)
        return self._now - before

    def _advance_to(self, target: float) -> None:
        if self._is_advancing:
            raise RuntimeError("another greenlet is moving this clock")
        self._is_advancing = True
        try:
            settle()
            while (deadline := self._next_deadline()) is not None and deadline <= target:
                self._now = max(self._now, deadline)
                self._real.run_callback(self._fire_due)
                settle()
            self._now = max(self._now, target)
        finally:
            self._is_advancing = False

    def _jump_in_hub(self) -> None:
        """Every greenlet waits: go to the next timer."""
        deadline = self._next_deadline()
        if deadline is not None:
            self._now = max(self._now, deadline)
            self._fire_due()

    def _next_deadline(self) -> float | None:
        heap = self._heap
        while heap and not heap[0][3].stands_for(heap[0][2]):
            heapq.heappop(heap)
        return heap[0][0] if heap else None

    def _fire_due(self) -> None:
        """Call what is due by now, in the hub as the loop does it; not what that makes due."""
        due = []
        while (deadline := self._next_deadline()) is not None and deadline <= self._now:
            due.append(heapq.heappop(self._heap))
        for _, _, order, timer in due:
            if timer.stands_for(order):
                timer.fire()

    # Timers.

    def add(self, timer: _Timer, delay: float) -> int:
        """Let `timer` fire after `delay` seconds; returns which of its starts this is."""
        self._order += 1
        delay = max(delay, 0.0)
        # Of those that are due at the same time libev runs the higher priority first.
        heapq.heappush(self._heap, (self._now + delay, -timer.priority, self._order, timer))
        self._active.add(timer)
        self._watch()
        if not delay:
            self._real.run_callback(self._fire_due)
        return self._order

    def remove(self, timer: _Timer) -> None:
        """`timer` is not active any more."""
        self._active.discard(timer)
        self._watch()

    def _watch(self) -> None:
        """Look for stillness exactly while there is a timer to jump to."""
        if self._stillness is not None:
            if self._active:
                self._stillness.start(any(timer.ref for timer in self._active))
            else:
                self._stillness.stop()

    @property
    def is_open(self) -> bool:
        """Whether timers that are started obey this clock."""
        return self._is_open

    def real_timer(self, *args: Any) -> Any:
        """A timer of the real loop."""
        return self._real.timer(*args)

    def close(self) -> None:
        """Give the hub its real time back."""
        self._is_open = False
        if self._stillness is not None:
            self._stillness.close()
            self._stillness = None
        self._hub.loop = self._scheduler.loop = self._real
        # What has read this clock must not see time go back.
        ahead = self._read() - _monotonic()
        self._scheduler.read_clock = lambda: _monotonic() + ahead
        for deadline, _, order, timer in sorted(self._heap, key=lambda entry: entry[:3]):
            if timer.stands_for(order):
                timer.go_on(deadline - self._now)
        self._heap.clear()
        self._active.clear()


class _Loop:
    """The hub's loop, but for its timers."""

    def __init__(self, real: Any, clock: FakeClock) -> None:
        self.__dict__.update(real=real, clock=clock)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.real, name)

    def __setattr__(self, name: str, value: object) -> None:
        setattr(self.real, name, value)

    def timer(
        self, after: float, repeat: float = 0.0, ref: bool = True, priority: int | None = None
    ) -> _Timer:
        return _Timer(self, self.clock, after, repeat, ref, priority or 0)

    def now(self) -> float:
        return float(self.clock.time())


class _Timer:
    """A timer with the methods of gevent's, which obeys a fake clock while that is installed."""

    def __init__(
        self, loop: _Loop, clock: FakeClock, after: float, repeat: float, ref: bool, priority: int
    ) -> None:
        self.loop = loop
        self.priority = priority
        self.callback: Callable[..., object] | None = None
        self.args: tuple[Any, ...] = ()
        self._clock = clock
        self._after = after
        self._repeat = repeat
        self._ref = ref
        self._order = 0
        #: What it is when the clock is gone.
        self._real: Any = None

    def __repr__(self) -> str:
        return f"<fake timer at {id(self):#x} callback={self.callback!r} args={self.args!r}>"

    @property
    def active(self) -> bool:
        return self._order > 0 or (self._real is not None and self._real.active)

    @property
    def pending(self) -> bool:
        return False

    @property
    def ref(self) -> bool:
        return self._ref

    @ref.setter
    def ref(self, ref: bool) -> None:
        self._ref = ref
        if self._real is not None:
            self._real.ref = ref

    def start(self, callback: Callable[..., object], *args: Any, **options: Any) -> None:
        if not callable(callback):
            raise TypeError(f"Expected callable, not {callback!r}")
        self._start(self._after, callback, args)

    def again(self, callback: Callable[..., object], *args: Any, **options: Any) -> None:
        self._start(self._repeat or self._after, callback, args)

    def _start(self, delay: float, callback: Callable[..., object], args: tuple[Any, ...]) -> None:
        self.stop()
        self.callback, self.args = callback, args
        if self._clock.is_open:
            self._order = self._clock.add(self, delay)
        else:
            self.go_on(delay)

    def go_on(self, delay: float) -> None:
        """Wait for `delay` seconds of real time."""
        self._order = 0
        self._real = self._clock.real_timer(max(delay, 0.0), self._repeat, self._ref, self.priority)
        assert self.callback is not None
        self._real.start(self.callback, *self.args)

    def stands_for(self, order: int) -> bool:
        """Whether this start is the last one, and was not stopped."""
        return self._order == order

    def fire(self) -> None:
        callback, args = self.callback, self.args
        assert callback is not None
        if self._repeat:
            self._order = self._clock.add(self, self._repeat)
        else:
            self.stop()
        try:
            callback(*args)
        except BaseException:
            self.loop.handle_error(self, *sys.exc_info())

    def stop(self) -> None:
        if self._order:
            self._order = 0
            self._clock.remove(self)
        if self._real is not None:
            self._real.stop()
            self._real.close()
            self._real = None
        self.callback, self.args = None, ()

    def close(self) -> None:
        self.stop()

    def __enter__(self) -> _Timer:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.close()
