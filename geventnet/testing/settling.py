"""settle: wait until every greenlet waits.

A hub is still when several iterations of its loop have switched to no greenlet: there was no
callback, no watcher and no task that concerned anybody. Iterations are counted by an idle watcher,
switches by a trace function of greenlet's, which is there only while somebody wants to know.
"""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic
from typing import Any

import gevent
import gevent.hub
from gevent import monkey
from greenlet import getcurrent, gettrace, greenlet, settrace

from ..loop.current import this_scheduler
from .real import real_loop, real_sleep

__all__ = ["Stillness", "on_switch", "settle"]

OnSwitch = Callable[[greenlet, greenlet], object]

#: How many iterations without a switch make a hub still. What one makes due runs in the next, and
#: a descriptor that a greenlet begins to wait for is polled in the one after that.
_QUIET_TURNS = 4
#: How often to look while a thread works or time has to pass (seconds).
_PAUSE = 0.001

_local: Any = monkey.get_original("threading", "local")()


class on_switch:
    """While it is entered, call `told(origin, target)` after each switch of this thread.

    It is called in the greenlet that is switched to, must not block, and must not raise.
    """

    def __init__(self, told: OnSwitch) -> None:
        self._told = told

    def __enter__(self) -> None:
        if not hasattr(_local, "told"):
            _local.told = []
            _local.previous = None
        if not _local.told:
            current = gettrace()
            if current is not _trace:
                _local.previous = current
                settrace(_trace)
        _local.told.append(self._told)

    def __exit__(self, *exc_info: object) -> None:
        _local.told.remove(self._told)
        # A trace function that was set later calls this one, and stays.
        if not _local.told and gettrace() is _trace:
            settrace(_local.previous)


def _trace(event: str, args: Any) -> None:
    previous = _local.previous
    if previous is not None:
        previous(event, args)
    if event in ("switch", "throw"):
        for told in _local.told:
            told(*args)


class Stillness:
    """Calls `on_still` in the hub whenever it is still; of several, the one started last.

    With `cushion` the hub must have been still for so many seconds of real time. A hub is not still
    while a thread of its pool works, for instance on a name look-up.
    """

    def __init__(self, hub: Any, on_still: Callable[[], object], cushion: float = 0.0) -> None:
        self._hub = hub
        self._scheduler = this_scheduler()
        self._on_still = on_still
        self._cushion = cushion
        loop = real_loop(hub)
        self._idle: Any = loop.idle()
        self._pause: Any = loop.timer(_PAUSE)
        self._quiet = 0
        self._since = 0.0
        self._switches = on_switch(self._switched)
        self._is_started = False
        self._stack: list[Stillness] = hub.__dict__.setdefault("geventnet_stillness", [])

    def start(self, ref: bool = True) -> None:
        """Begin to look; with `ref` this keeps the loop running."""
        self._idle.ref = self._pause.ref = ref
        if self._is_started:
            return
        self._is_started = True
        self._quiet = 0
        self._since = monotonic()
        self._stack.append(self)
        self._switches.__enter__()
        self._idle.start(self._look)

    def stop(self) -> None:
        if self._is_started:
            self._is_started = False
            self._idle.stop()
            self._pause.stop()
            self._switches.__exit__()
            self._stack.remove(self)

    def close(self) -> None:
        """Stop for good."""
        self.stop()
        self._idle.close()
        self._pause.close()

    def _switched(self, origin: greenlet, target: greenlet) -> None:
        if target is not self._hub:
            self._quiet = 0

    def _look(self) -> None:
        if _pool_works(self._hub):
            # What it has done is heard of in the iterations after its end: they are counted from
            # there.
            self._quiet = 0
            self._look_later()
            return
        self._quiet += 1
        if self._quiet == 1:
            self._since = monotonic()
        if self._quiet < _QUIET_TURNS:
            return
        if self._scheduler.has_work:
            self._quiet = 0
        elif self._stack[-1] is self and monotonic() - self._since >= self._cushion:
            self._quiet = 0
            self._on_still()
            return
        self._look_later()

    def _look_later(self) -> None:
        """Do not keep a processor busy with waiting."""
        self._idle.stop()
        self._pause.start(self._resume)

    def _resume(self) -> None:
        self._pause.stop()
        self._idle.start(self._look)


def _pool_works(hub: Any) -> bool:
    pool = hub.__dict__.get("_threadpool")
    return pool is not None and len(pool) > 0


def settle(*, cushion: float = 0.0, limit: float = 5.0) -> None:
    """Block the calling greenlet until every other greenlet of its hub waits.

    That is: for a timer, for bytes, for somebody who waits himself. What the system or another
    thread has under way is not seen, but for the hub's thread pool; with `cushion` nothing must
    have happened for so many seconds. Raises `TimeoutError` after `limit` seconds, and names a
    greenlet that runs again and again. Both are seconds of real time.
    """
    hub: Any = gevent.get_hub()
    waiter: Any = gevent.hub.Waiter(hub)
    stillness = Stillness(hub, lambda: waiter.switch(True), cushion)
    loop = real_loop(hub)
    # A timer counts from when the loop has last looked at the time.
    loop.update_now()
    timer = loop.timer(limit)
    timer.start(waiter.switch, False)
    stillness.start()
    try:
        is_still = waiter.get()
    finally:
        stillness.close()
        timer.stop()
        timer.close()
    if not is_still:
        raise TimeoutError(
            f"The greenlets have not settled within {limit} seconds; "
            f"{_who_runs(hub) or 'a thread of the pool works'}"
        )


def _who_runs(hub: Any) -> str:
    """The greenlets that run within a moment."""
    here = getcurrent()
    # Names alone: a reference to a greenlet of the library's keeps it from being used again.
    names: dict[str, None] = {}

    def note(origin: greenlet, target: greenlet) -> None:
        if target is not hub and target is not here:
            names.setdefault(repr(target))

    with on_switch(note):
        real_sleep(_PAUSE)
    return f"these run again and again: {', '.join(names)}" if names else ""
