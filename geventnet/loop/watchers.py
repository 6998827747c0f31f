"""Watched: a task that a watcher of the loop makes ready, and when that watcher runs.

Three things decide whom an event of the descriptor reaches:

=========  ======================================================================================
wanted     the task wants events: `start` and `stop`
suspended  a listener holds the task's lane: no event until the task has run once more
lent       a greenlet waits for the descriptor itself in `wait`: the loop switches straight to it.
           It stays lent, for the greenlet is likely to wait again, until an event comes while
           nobody waits
=========  ======================================================================================

Lent, the watcher runs for the greenlet; else, while wanted and not suspended, for the task; else it
is stopped. `_update` makes it so. After `close` nothing here touches the descriptor, whose number
may belong to another one an instruction later.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from greenlet import getcurrent, greenlet

from .scheduler import Scheduler
from .tasks import Owner, Task

__all__ = ["POLL_IN", "POLL_OUT", "Watched"]

POLL_IN = 1
POLL_OUT = 2

_switch = greenlet.switch


class Watched(Task):
    """A task that is run whenever its descriptor is ready."""

    __slots__ = (
        "_lent",
        "_ref",
        "_suspended",
        "_waiter",
        "_watcher",
        "armed",
        "descriptor",
        "scheduler",
        "wanted",
    )

    #: What the watcher waits for.
    events = POLL_IN

    def __init__(self, owner: Owner, scheduler: Scheduler, descriptor: int, ref: bool) -> None:
        self.owner = owner
        self.scheduler: Scheduler = scheduler
        self.descriptor: int = descriptor
        self._ref = ref
        self._watcher: Any = None
        self._suspended = False
        self._lent = False
        self._waiter: greenlet | None = None
        self.wanted: bool = False
        #: Whether the watcher runs for the task and goes on after an event: `run` then needs not
        #: ask `may_run`.
        self.armed: bool = False

    def __repr__(self) -> str:
        return f"{type(self).__name__} of {self.owner!r}"

    def start(self) -> None:
        """Run the task whenever the descriptor is ready."""
        if not self.wanted:
            self.wanted = True
            self._update()

    def stop(self) -> None:
        """Events are not wanted any more."""
        if self.wanted:
            self.wanted = False
            self._update()

    def suspend(self) -> None:
        self._suspended = True
        self._update()

    def may_run(self) -> bool:
        """Whether a task whose watcher is not `armed` is to move bytes now."""
        if self._suspended:
            self._suspended = False
            self._update()
        if not self.wanted or self._waiter is not None:
            return False
        if self.scheduler.stops_on_error:
            self._update()
        return True

    def _update(self) -> None:
        """Let the watcher run for whom it should run."""
        if self._lent:
            return
        if self.wanted and not self._suspended:
            self._arm(self.scheduler.make_ready, (self,))
            self.armed = not self.scheduler.stops_on_error
        else:
            self._disarm()

    def _arm(self, callback: Callable[..., object], args: tuple[object, ...] = ()) -> None:
        """Start the watcher; it is made when it is first needed, for many tasks never need one."""
        if self._watcher is None:
            self._watcher = self.scheduler.io(self.descriptor, self.events, self._ref)
        self._watcher.start(callback, *args)

    def _disarm(self) -> None:
        self.armed = False
        if self._watcher is not None:
            self._watcher.stop()

    # A greenlet that waits for the descriptor itself.

    def wait(self) -> None:
        """Block the calling greenlet until the descriptor is ready, or `rouse` is called.

        The greenlet then does itself what the task would have done, which meanwhile rests.
        """
        scheduler = self.scheduler
        scheduler.check_blocking()
        if not self._lent or scheduler.stops_on_error:
            self._lent = True
            self._disarm()
            self._arm(self._hand_over)
        self._waiter = getcurrent()
        hub = scheduler.hub
        try:
            while _switch(hub) is not self:
                # Another switch than that of `_hand_over` or `rouse`: the descriptor is not ready.
                pass
        finally:
            self._waiter = None

    def rouse(self) -> None:
        """Let the greenlet that is in `wait`, if there is one, look at what has changed."""
        if self._waiter is not None:
            self.scheduler.wake(self._resume_waiter, None)

    def take_back(self) -> None:
        """Nobody will wait for the descriptor again."""
        if self._lent:
            self._lent = False
            self._disarm()
            self._update()

    def _hand_over(self) -> None:
        waiter = self._waiter
        if waiter is not None:
            waiter.switch(self)
            return
        self.take_back()
        if self.wanted and not self._suspended:
            self.scheduler.make_ready(self)

    def _resume_waiter(self, _: object) -> None:
        if self._waiter is not None:
            self._waiter.switch(self)

    def set_ref(self, ref: bool) -> None:
        """Whether an active watcher keeps the program running."""
        self._ref = ref
        if self._watcher is not None:
            self._watcher.ref = ref

    def close(self) -> None:
        """The descriptor is about to be closed."""
        self.wanted = self.armed = False
        self.descriptor = -1
        watcher = self._watcher
        if watcher is not None:
            watcher.stop()
            watcher.close()
            # Last, so that a close() that an interrupt has cut short is made whole by the next.
            self._watcher = None
        self.rouse()

    def forget(self) -> None:
        """In a forked child: whoever waits does so in the parent."""
        self._waiter = None
