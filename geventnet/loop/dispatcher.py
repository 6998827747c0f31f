"""Dispatcher: a greenlet that runs the tasks of a batch, lent to one listener after another.

A dispatcher ends after a listener through which somebody may still reach it: the listener has
blocked, or left a reference, a weak reference, a context or an attribute behind. A timeout or a
kill that comes late, or a value that was stored for this greenlet, must not reach the listener of
another connection.
"""

from __future__ import annotations

from sys import getrefcount
from typing import Any
from weakref import getweakrefcount

from greenlet import greenlet

from .scheduler import CHAIN, CLOCK_EVERY, Borrowed, Scheduler
from .tasks import Task

__all__ = ["Dispatcher"]

_switch = greenlet.switch


class Dispatcher(Borrowed):
    """See the top of this file."""

    __slots__ = ("scheduler",)

    def __init__(self, scheduler: Scheduler) -> None:
        super().__init__(parent=scheduler.hub)
        self.scheduler: Scheduler = scheduler
        self.blocked_in: Task | None = None

    def __repr__(self) -> str:
        return f"<Dispatcher at {id(self):#x}: {self.blocked_in or 'idle'}>"

    def throw(self, *args: Any) -> Any:
        """Throw into this greenlet; a late timeout or kill of one that has ended is dropped."""
        return None if self.dead else super().throw(*args)

    def run(self) -> None:
        scheduler = self.scheduler
        scheduler.next_dispatcher = self
        while self._run_batch(scheduler):
            while scheduler.dispatcher is not self:
                try:
                    _switch(scheduler.hub)
                except BaseException:
                    scheduler.next_dispatcher = None
                    return

    def _run_batch(self, scheduler: Scheduler) -> bool:
        """Run what there is to run; True if this greenlet may be used again."""
        base = getrefcount(self)
        due = scheduler.due
        batch = scheduler.batch
        attributes = self.__dict__
        credit = CHAIN
        steps = 0
        while True:
            task: Task | None
            if due and credit:
                task = due.popleft()
                credit -= 1
            else:
                task = next(batch, None)
                if task is None:
                    break
                credit = CHAIN
            owner = task.owner
            if owner.busy and owner.busy & task.lane:
                _postpone(task)
                continue
            scheduler.current = task
            try:
                task.run()
                coalescing = scheduler.coalescing
                if coalescing is not None and scheduler.dispatcher is self:
                    scheduler.coalescing = None
                    coalescing.flush()
            except BaseException as error:
                scheduler.listener_failed(task.owner, error)
            if scheduler.dispatcher is not self:
                self._release(task)
                return False
            if (
                getrefcount(self) != base
                or getweakrefcount(self)
                or self.gr_context is not None
                or attributes
            ):
                scheduler.dispatcher = scheduler.current = scheduler.next_dispatcher = None
                return False
            if scheduler.wakes:
                scheduler.dispatcher = scheduler.current = None
                return True
            steps += 1
            if steps == CLOCK_EVERY:
                steps = 0
                if scheduler.is_spent():
                    scheduler.left.extend(batch)
                    break
        scheduler.open = False
        scheduler.dispatcher = scheduler.current = None
        return True

    def _release(self, task: Task) -> None:
        """The listener that has blocked in `task` has returned."""
        task.owner.busy &= ~task.lane
        self.scheduler.resume_waiting(task.owner)


def _postpone(task: Task) -> None:
    """Let `task` wait until the listener that holds its lane returns."""
    owner = task.owner
    if owner.waiting is None:
        owner.waiting = []
    if task not in owner.waiting:
        owner.waiting.append(task)
    task.suspend()
