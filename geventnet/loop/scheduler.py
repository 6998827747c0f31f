"""Scheduler: which tasks run in an iteration of the loop, and in which order.

In each iteration the loop polls, the watchers that are ready append their task to `Scheduler.ready`
(that callback is C code), and the check watcher, which has the lowest priority, runs
`Scheduler.serve` in the hub. That opens a batch and switches to a dispatcher, a borrowed greenlet
that runs the tasks one by one. Nothing of the user's runs in the hub.

The states of a batch:

=========  =====================================================================================
closed     no dispatcher runs; `dispatcher` and `current` are None
open       `dispatcher` runs `current`: what is due first, then the next descriptor's task
blocked    a listener switched away: control is back in `serve`, which gives the lane to that
           greenlet for as long as the listener lasts, and the batch to another dispatcher
handing    a task has woken greenlets (`wakes`): the dispatcher lets `serve` switch to them before
           it goes on
=========  =====================================================================================

Deferred calls are run FIFO, after the step that deferred them and before the next descriptor's.
After each step at most `CHAIN` of them are made, so that a callback that calls for itself again and
again does not starve the descriptors.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from time import monotonic
from typing import TYPE_CHECKING, Any, Protocol
from weakref import WeakSet

from gevent.exceptions import HubDestroyed
from greenlet import GreenletExit, getcurrent, greenlet

from .. import errors
from . import reports
from .tasks import Owner, Task, deferred
from .unpatched import thread_ident

if TYPE_CHECKING:
    from gevent.hub import Hub

__all__ = ["CHAIN", "CLOCK_EVERY", "Borrowed", "Scheduler"]

#: A batch ends when it has taken this long (seconds); the next iteration runs the rest of it.
_BUDGET = 0.004
#: It may take this long for each of its tasks (seconds), if that is longer: the next poll finds the
#: descriptors of those that are left ready once more, at about a tenth of this for each.
_BUDGET_PER_TASK = 5e-6
#: The clock is read once in so many tasks.
CLOCK_EVERY = 16
#: How many deferred calls are made between two descriptors, at most.
CHAIN = 200

_noop = int


class Coalescing(Protocol):
    """What has bytes to send when the current listener returns or blocks."""

    def flush(self) -> object: ...


class Dependent(Protocol):
    """What is told of forks and of the end of the hub, whether it holds a descriptor or not."""

    def forked(self) -> None: ...
    def hub_destroyed(self) -> None: ...


class Borrowed(greenlet):
    """A greenlet that runs the tasks of a batch; see `dispatcher`."""

    __slots__ = ("blocked_in",)

    #: The task whose listener has blocked in this greenlet.
    blocked_in: Task | None


class Scheduler:
    """The batches of one hub."""

    __slots__ = (
        "_after_poll",
        "_awake",
        "_check",
        "_idle",
        "_idling",
        "batch",
        "coalescing",
        "current",
        "dependents",
        "dispatcher",
        "due",
        "hub",
        "left",
        "loop",
        "make_dispatcher",
        "make_ready",
        "next_dispatcher",
        "now",
        "open",
        "owners",
        "read_clock",
        "ready",
        "stops_on_error",
        "tasks",
        "thread",
        "wakes",
    )

    def __init__(self, hub: Hub, make_dispatcher: Callable[[Scheduler], Borrowed]) -> None:
        self.hub: Hub = hub
        self.loop: Any = hub.loop
        self.make_dispatcher: Callable[[Scheduler], Borrowed] = make_dispatcher
        #: Tasks whose descriptor is ready; watchers call `make_ready(task)`.
        self.ready: list[Task] = []
        self.make_ready: Callable[[Task], None] = self.ready.append
        #: Which dispatcher runs, and what; None outside of a batch.
        self.dispatcher: Borrowed | None = None
        self.current: Task | None = None
        #: The dispatcher to use next, which may be the one that runs; None if it has ended.
        self.next_dispatcher: Borrowed | None = None
        #: What has bytes to send when the current listener returns or blocks.
        self.coalescing: Coalescing | None = None
        #: What tells the time (seconds, monotonic).
        self.read_clock: Callable[[], float] = monotonic
        #: The clock as it was when this batch began.
        self.now: float = monotonic()
        #: Who holds a descriptor: the check watcher runs while there is one, and a fork tells them.
        self.owners: set[Owner] = set()
        self.dependents: WeakSet[Dependent] = WeakSet()
        #: Switches to greenlets that the current task has woken.
        self.wakes: list[tuple[Callable[..., object], Any]] = []
        #: Whether a watcher stops when its descriptor has an error (libuv's do): it is started
        #: again after every event, for there may be bytes to read before the error.
        self.stops_on_error: bool = "libuv" in type(self.loop).__module__
        #: The thread that this hub runs in, as `thread_ident` has it; 0 once it is destroyed.
        self.thread: int = thread_ident()
        #: The batch: deferred calls that are due, the tasks of this iteration, and those that are
        #: left for the next one.
        self.due: deque[Task] = deque()
        self.tasks: list[Task] = []
        self.batch: Iterator[Task] = iter(self.tasks)
        self.left: list[Task] = []
        self.open: bool = False
        self._after_poll: deque[Task] = deque()
        self._awake = self._idling = False
        options = {"priority": self.loop.MINPRI} if hasattr(self.loop, "MINPRI") else {}
        self._check: Any = self.loop.check(ref=False, **options)
        self._idle: Any = self.loop.idle(ref=True)

    # Deferring.

    def call_soon(
        self, owner: Owner, lane: int, function: Callable[..., object], *args: object
    ) -> None:
        """Call `function` in a dispatcher: after the current step, else in the next iteration."""
        self.due.append(deferred(owner, lane, function, args))
        if not self._awake:
            self._wake()

    def call_after_poll(
        self, owner: Owner, lane: int, function: Callable[..., object], *args: object
    ) -> None:
        """Call `function` in a dispatcher after the system has been polled once more."""
        self._after_poll.append(deferred(owner, lane, function, args))
        if not self._awake:
            self._wake()

    def run_soon(self, task: Task) -> None:
        """Run `task` after the current step, else in the next iteration."""
        self.due.append(task)
        if not self._awake:
            self._wake()

    def run_after_poll(self, task: Task) -> None:
        """Run `task` as if its watcher had fired."""
        self._after_poll.append(task)
        if not self._awake:
            self._wake()

    def requeue(self, task: Task) -> None:
        """Run the current `task` once more in this batch, after the others that are ready."""
        self.tasks.append(task)

    def wake(self, switch: Callable[..., object], value: object) -> None:
        """Call `switch(value)` in the hub: after the current task, else as soon as it runs."""
        if self.dispatcher is not None:
            self.wakes.append((switch, value))
        else:
            self.loop.run_callback(switch, value)

    def resume_waiting(self, owner: Owner) -> None:
        """A lane of `owner` is free again: run what has waited for it before anything else."""
        waiting = owner.waiting
        if waiting:
            owner.waiting = None
            self.due.extendleft(reversed(waiting))
            if not self._awake:
                self._wake()

    @property
    def has_work(self) -> bool:
        """Whether something is deferred or ready."""
        return bool(self.due or self._after_poll or self.left or self.ready)

    # Time and descriptors.

    def clock(self) -> float:
        """Seconds (monotonic), inside a batch those at which it began."""
        return self.now if self.dispatcher is not None else self.read_clock()

    def fresh_clock(self) -> float:
        """Seconds (monotonic), read now."""
        return self.read_clock()

    def io(self, descriptor: int, events: int, ref: bool = True) -> Any:
        """A watcher of the loop for `descriptor`; 1 is reading, 2 is writing.

        With `ref` it keeps the program running while it is active.
        """
        return self.loop.io(descriptor, events, ref)

    def timer(self, delay: float, ref: bool) -> Any:
        """A watcher of the loop for the end of `delay` seconds."""
        if delay:
            # libuv counts milliseconds; gevent warns of what is shorter.
            delay = max(delay, self.loop.approx_timer_resolution)
        return self.loop.timer(delay, ref=ref)

    def enroll(self, owner: Owner) -> None:
        """`owner` has opened a descriptor: run what is ready until `dismiss`."""
        self.owners.add(owner)
        if not self._check.active:
            self._check.start(self.serve)

    def dismiss(self, owner: Owner) -> None:
        """`owner` has closed its descriptor."""
        self.owners.discard(owner)

    def run_callback(self, function: Callable[..., object], *args: object) -> None:
        """Call the library's own `function` in the hub."""
        self.loop.run_callback(function, *args)

    def run_callback_threadsafe(self, function: Callable[..., object]) -> None:
        """Call the library's own `function` in the hub; from any thread."""
        self.loop.run_callback_threadsafe(function)

    # Who may call.

    def check_thread(self) -> None:
        """Raise unless the calling thread is the one that this hub runs in."""
        if thread_ident() != self.thread:
            raise errors.NetRuntimeError(
                "A socket or server belongs to the thread it was made in; from another thread use "
                "its hub's loop.run_callback_threadsafe()"
                if self.thread
                else "A socket or server belongs to the hub it was made in, which was destroyed",
                "ERR_INVALID_THREAD",
            )

    def check_blocking(self) -> None:
        """Raise unless the caller may block: another thread and the hub itself may not."""
        if thread_ident() != self.thread:
            self.check_thread()
        if getcurrent() is self.hub:
            raise errors.NetRuntimeError(
                "The hub cannot block: call this in a greenlet", "ERR_INVALID_STATE"
            )

    # Errors.

    def report(self, owner: Owner, error: BaseException) -> None:
        """Tell of an error of `owner` that nobody takes."""
        reports.report(error, owner.subject, owner.peer_name)

    def throw_in_main(self, error: BaseException) -> None:
        """Raise an error that nobody takes in the main greenlet, later."""
        main = self.hub.parent
        assert main is not None
        self.loop.run_callback(main.throw, error)

    def listener_failed(self, owner: Owner, error: BaseException) -> None:
        """A listener of `owner` raised `error`: destroy it with that error and report it."""
        try:
            self.flush_coalesced()
            owner.listener_failed(None if isinstance(error, GreenletExit) else error)
        finally:
            if not isinstance(error, GreenletExit):
                self.report(owner, error)

    # The batch.

    def is_in_step_of(self, owner: Owner) -> bool:
        """Whether the caller runs inside a step of `owner`: what it writes may be coalesced."""
        task = self.current
        return task is not None and task.owner is owner and getcurrent() is self.dispatcher

    def flush_coalesced(self) -> None:
        """Send what the current step has written."""
        coalescing = self.coalescing
        if coalescing is not None:
            self.coalescing = None
            coalescing.flush()

    def start_over_in_child(self) -> None:
        """Forget what belongs to the process that this one was forked from: tasks, connections.

        The loop gets descriptors of its own first. A loop that still polls the parent's (epoll's
        set is shared by a fork) would take the parent's descriptors out of it with each watcher
        that is stopped here, and the parent would get no more events of them.
        """
        self.loop.reinit()
        self._forget_tasks()
        for owner in [*self.owners, *self.dependents]:
            owner.forked()

    def end(self) -> None:
        """The hub is about to be destroyed: close what belongs to it and serve nothing any more.

        Its loop may go on under another hub, so no watcher may be left to fire there.
        """
        # Another thread may destroy the hub when its own has ended; the owners check the thread.
        self.thread = thread_ident()
        for owner in [*self.owners, *self.dependents]:
            owner.hub_destroyed()
        self._forget_tasks()
        for watcher in (self._check, self._idle):
            watcher.stop()
            watcher.close()
        # What is still deferred wakes nothing.
        self._awake = True
        self.thread = 0

    def _forget_tasks(self) -> None:
        for tasks in (self.due, self._after_poll, self.left, self.tasks, self.ready, self.wakes):
            tasks.clear()

    def is_spent(self) -> bool:
        """Whether this batch has taken as long as it may."""
        return self.read_clock() - self.now > max(_BUDGET, len(self.tasks) * _BUDGET_PER_TASK)

    def serve(self) -> None:
        """Run a batch; called in the hub, once an iteration of the loop."""
        if self._after_poll:
            self.due.extend(self._after_poll)
            self._after_poll.clear()
        ready = self.ready
        if self.left:
            self.tasks = list(dict.fromkeys(self.left + ready))
            self.left.clear()
        elif ready or self.due:
            self.tasks = ready[:]
        else:
            self._rest()
            return
        ready.clear()
        self.batch = iter(self.tasks)
        self.open = self._awake = True
        self.now = self.read_clock()
        while self.open:
            self.dispatcher = dispatcher = self.next_dispatcher or self.make_dispatcher(self)
            try:
                dispatcher.switch()
            except Exception as error:
                # The listener has switched to a raw greenlet, whose exception is its parent's, the
                # hub's; the listener waits for it.
                dispatcher.throw(error)
            if self.dispatcher is dispatcher:
                self._blocked(dispatcher)
            if self.wakes:
                self._switch_to_woken()
        # What was in the batch may be closed by now: nothing here keeps it alive.
        self.tasks.clear()
        self._rest()

    def _switch_to_woken(self) -> None:
        wakes, self.wakes = self.wakes, []
        for switch, value in wakes:
            try:
                switch(value)
            except HubDestroyed:
                raise
            except BaseException as error:
                # A raw greenlet has raised; the others are woken all the same.
                self.hub.handle_error(None, type(error), error, error.__traceback__)

    def _blocked(self, dispatcher: Borrowed) -> None:
        task = self.current
        if task is not None:
            dispatcher.blocked_in = task
            task.owner.busy |= task.lane
        self.dispatcher = self.current = self.next_dispatcher = None
        self.flush_coalesced()

    def _wake(self) -> None:
        self.check_thread()
        self._awake = self._idling = True
        self._idle.start(_noop)
        if not self._check.active:
            self._check.start(self.serve)

    def _rest(self) -> None:
        """After a batch: poll without waiting if something is left, else sleep."""
        if self.due or self._after_poll or self.left:
            if not self._idling:
                self._idling = True
                self._idle.start(_noop)
            self._awake = True
            return
        self._awake = False
        if self._idling:
            self._idling = False
            self._idle.stop()
        if not self.owners:
            self._check.stop()
