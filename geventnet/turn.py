"""The hub's turn: what runs a program's listeners, and in which order.

A turn of the loop is: libev polls, the watchers that are ready append their task to
``Turn.ready`` (that callback is C code), and the check watcher, which has the lowest priority,
runs :meth:`Turn._serve` in the hub. That opens a batch and switches to a dispatcher, a borrowed
greenlet that runs the tasks one by one. Nothing of the user's runs in the hub.

A task belongs to an owner (a stream or a server) and to one of its lanes. Tasks of the READ lane
wait for each other, so do those of the WRITE lane; those of FREE wait for nobody.

The states of a batch:

=========  =====================================================================================
closed     no dispatcher runs; ``dispatcher`` and ``current`` are None
open       ``dispatcher`` runs ``current``: what is due first, then the next descriptor's task
blocked    a listener switched away: control is back in :meth:`Turn._serve`, which gives the lane
           to that greenlet for as long as the listener lasts, and the batch to another dispatcher
handing    a task has woken greenlets (``wakes``): the dispatcher lets :meth:`Turn._serve` switch to
           them before it goes on
=========  =====================================================================================

What is deferred is run in the order in which it was deferred, after the step that deferred it and
before the next descriptor's. After each step at most so many calls are made (``_CHAIN``), so that
a callback that calls for itself again and again does not keep the program from its descriptors.

A dispatcher that somebody might still reach after a listener (it blocked, or left a reference, a
weak reference, a context or an attribute behind) ends: whatever is thrown at it later, or kept in
its name, must never meet another connection's listener.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from sys import getrefcount
from time import monotonic
from typing import TYPE_CHECKING, Any, Protocol
from weakref import getweakrefcount

from gevent import Timeout, get_hub, monkey
from gevent._hub_local import get_hub_if_exists
from gevent.exceptions import HubDestroyed
from gevent.hub import Waiter
from greenlet import GreenletExit, getcurrent, greenlet

from . import errors

if TYPE_CHECKING:
    from gevent.hub import Hub

__all__ = [
    "FREE",
    "READ",
    "WRITE",
    "Owner",
    "PumpTask",
    "Task",
    "Timer",
    "Turn",
    "this_turn",
    "thread_ident",
]

FREE = 0
READ = 1
WRITE = 2

#: A batch ends when it has taken this long (seconds); the rest of it waits for the next turn.
_BUDGET = 0.004
#: It may take this long for each of its tasks, if that is longer: those that are left are ready in
#: the next poll as well, which costs about a tenth of it for each.
_BUDGET_PER_TASK = 5e-6
#: The clock is read once in so many tasks.
_CLOCK_EVERY = 16
#: How many deferred calls are made between two descriptors, at most.
_CHAIN = 200

_noop = int
_switch = greenlet.switch
#: Which thread the caller runs in.
thread_ident: Callable[[], int] = monkey.get_original("_thread", "get_ident")


class Owner:
    """Whom a task belongs to: it says which lanes are held by a listener that has blocked."""

    __slots__ = ("_busy", "_waiting")

    _busy: int
    _waiting: list[Task] | None

    def _listener_failed(self, error: BaseException | None) -> None:
        """A listener of this owner raised `error`; None if it was killed."""

    def _forked(self) -> None:
        """This process is a fork of the one that the descriptor belongs to."""

    def _hub_destroyed(self) -> None:
        """The hub is about to be destroyed: nothing that happens is heard of any more."""


class Task:
    """A step of work for a dispatcher."""

    __slots__ = ("owner",)

    owner: Owner
    lane: int = FREE

    def run(self) -> None:
        raise NotImplementedError


class Deferred(Task):
    """A call that is made after the current step, in the lane that it belongs to."""

    __slots__ = ("args", "function", "lane")

    def __init__(
        self, owner: Owner, lane: int, function: Callable[..., object], args: tuple[Any, ...]
    ) -> None:
        self.owner = owner
        self.lane = lane
        self.function = function
        self.args = args

    def run(self) -> None:
        self.function(*self.args)

    def __repr__(self) -> str:
        return f"{getattr(self.function, '__name__', 'call')} of {self.owner!r}"


class Joined(Protocol):
    """What has bytes to send when the current listener returns or blocks."""

    def _flush_joined(self) -> object: ...


class Dispatcher(greenlet):
    """A greenlet that runs the tasks of a batch, lent to one listener after another."""

    __slots__ = ("blocked_in", "turn")

    def __init__(self, turn: Turn) -> None:
        super().__init__(parent=turn.hub)
        self.turn = turn
        self.blocked_in: Task | None = None

    def __repr__(self) -> str:
        return f"<Dispatcher at {id(self):#x}: {self.blocked_in or 'idle'}>"

    def throw(self, *args: Any) -> Any:
        """Throw into this greenlet; a late timeout or kill of one that has ended goes nowhere."""
        return None if self.dead else super().throw(*args)

    def run(self) -> None:
        turn = self.turn
        turn._next = self
        while self._run_batch(turn):
            while turn.dispatcher is not self:
                try:
                    _switch(turn.hub)
                except BaseException:
                    turn._next = None
                    return

    def _run_batch(self, turn: Turn) -> bool:
        """Run what there is to run; True if this greenlet may be used again."""
        base = getrefcount(self)
        due = turn._due
        batch = turn._batch
        attributes = self.__dict__
        credit = _CHAIN
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
                credit = _CHAIN
            owner = task.owner
            if owner._busy and owner._busy & task.lane:
                _postpone(task)
                continue
            turn.current = task
            try:
                task.run()
                joined = turn.joined
                if joined is not None and turn.dispatcher is self:
                    turn.joined = None
                    joined._flush_joined()
            except BaseException as error:
                turn.listener_failed(task.owner, error)
            if turn.dispatcher is not self:
                turn._release(task)
                return False
            if (
                getrefcount(self) != base
                or getweakrefcount(self)
                or self.gr_context is not None
                or attributes
            ):
                turn.dispatcher = turn.current = turn._next = None
                return False
            if turn.wakes:
                turn.dispatcher = turn.current = None
                return True
            steps += 1
            if steps == _CLOCK_EVERY:
                steps = 0
                if turn._is_spent():
                    turn._left.extend(batch)
                    break
        turn._open = False
        turn.dispatcher = turn.current = None
        return True


def _postpone(task: Task) -> None:
    """Let `task` wait until the listener that holds its lane returns."""
    owner = task.owner
    if owner._waiting is None:
        owner._waiting = []
    if task not in owner._waiting:
        owner._waiting.append(task)
    if isinstance(task, PumpTask):
        task.suspend()


class PumpTask(Task):
    """A task that a watcher makes ready again and again."""

    __slots__ = ()

    def suspend(self) -> None:
        """Stop the watcher until :meth:`run` is called: the lane is held by a listener."""
        raise NotImplementedError


class Timer:
    """A timer that can be started over; with `ref` it keeps the program running.

    `function` runs in the hub: it must be the library's own, and may only defer.
    """

    __slots__ = ("_function", "_ref", "_turn", "_watcher")

    def __init__(self, turn: Turn, function: Callable[[], object], ref: bool = False) -> None:
        self._turn = turn
        self._ref = ref
        self._watcher: Any = None
        self._function = function

    def start(self, delay: float) -> None:
        """Call the function once after `delay` seconds, instead of what was asked for before."""
        self.stop()
        self._watcher = watcher = self._turn.loop.timer(max(delay, 0.0), ref=self._ref)
        watcher.start(self._function)

    def stop(self) -> None:
        if self._watcher is not None:
            self._watcher.stop()
            self._watcher.close()
            self._watcher = None


class Parking:
    """Where one greenlet waits for one value, or for an exception.

    Both may be given from any greenlet, before or after the wait; a greenlet that was thrown out
    of the wait by a timeout or a kill is not reached by them any more.
    """

    __slots__ = ("_turn", "_waiter")

    def __init__(self, turn: Turn) -> None:
        self._turn = turn
        self._waiter: Any = Waiter(turn.hub)

    def park(self, timeout: float | None, what: str) -> Any:
        """Block the calling greenlet; raises `TimeoutError` after `timeout` seconds."""
        self._turn.check_blocking()
        if timeout is None:
            return self._waiter.get()
        timer = Timeout.start_new(timeout)
        try:
            return self._waiter.get()
        except Timeout as expired:
            if expired is not timer:
                raise
            raise errors.timed_out(f"{what} took longer than {timeout} seconds") from None
        finally:
            timer.close()

    def check_thread(self) -> None:
        """Raise in another thread than that of the greenlet that waits."""
        self._turn.check_thread()

    def wake(self, value: Any) -> None:
        self._turn.wake(self._waiter.switch, value)

    def fail(self, error: BaseException) -> None:
        self._turn.wake(self._waiter.throw, error)


class Turn:
    """The turns of one hub."""

    __slots__ = (
        "_awake",
        "_batch",
        "_check",
        "_due",
        "_idle",
        "_idling",
        "_later",
        "_left",
        "_next",
        "_open",
        "_tasks",
        "_users",
        "current",
        "dispatcher",
        "hub",
        "joined",
        "loop",
        "make_ready",
        "now",
        "open",
        "ready",
        "stops_on_error",
        "thread",
        "wakes",
    )

    def __init__(self, hub: Hub) -> None:
        self.hub = hub
        self.loop: Any = hub.loop
        #: Tasks whose descriptor is ready; watchers call `make_ready(task)`.
        self.ready: list[Task] = []
        self.make_ready = self.ready.append
        #: Which dispatcher runs, and what; None outside of a batch.
        self.dispatcher: Dispatcher | None = None
        self.current: Task | None = None
        #: What has bytes to send when the current listener returns or blocks.
        self.joined: Joined | None = None
        #: The clock as it was when this batch began (seconds, monotonic).
        self.now = monotonic()
        #: Who holds a descriptor: the sockets and servers.
        self.open: set[Owner] = set()
        #: Switches to greenlets that the current task has woken.
        self.wakes: list[tuple[Callable[..., object], Any]] = []
        #: Whether a watcher stops when its descriptor has an error (libuv's do): it is started
        #: again after every event, for there may be bytes to read before the error.
        self.stops_on_error = "libuv" in type(self.loop).__module__
        #: The thread that this hub runs in, as `thread_ident` has it; 0 once it is destroyed.
        self.thread = thread_ident()
        self._due: deque[Task] = deque()
        self._later: deque[Task] = deque()
        self._left: list[Task] = []
        self._tasks: list[Task] = []
        self._batch: Iterator[Task] = iter(self._tasks)
        self._open = False
        #: The dispatcher to use next, which may be the one that runs; false if it has ended.
        self._next: Dispatcher | None = None
        self._users = 0
        self._awake = self._idling = False
        options = {"priority": self.loop.MINPRI} if hasattr(self.loop, "MINPRI") else {}
        self._check: Any = self.loop.check(ref=False, **options)
        self._idle: Any = self.loop.idle(ref=True)

    # What the rest of the library asks for.

    def defer(
        self, owner: Owner, lane: int, function: Callable[..., object], *args: object
    ) -> None:
        """Call `function` in a dispatcher: after the current step, else in the next turn."""
        self._due.append(Deferred(owner, lane, function, args))
        if not self._awake:
            self._wake()

    def next_turn(
        self, owner: Owner, lane: int, function: Callable[..., object], *args: object
    ) -> None:
        """Call `function` in a dispatcher after the system has been polled once more."""
        self._later.append(Deferred(owner, lane, function, args))
        if not self._awake:
            self._wake()

    def submit(self, task: Task) -> None:
        """Run `task` as if its watcher had fired."""
        self._later.append(task)
        if not self._awake:
            self._wake()

    def wake(self, switch: Callable[..., object], value: object) -> None:
        """Call `switch(value)` in the hub: after the current task, else as soon as it runs."""
        if self.dispatcher is not None:
            self.wakes.append((switch, value))
        else:
            self.loop.run_callback(switch, value)

    def revoke(self, owner: Owner) -> list[Deferred]:
        """Take back, in their order, the calls of methods of `owner` that are deferred.

        Those of the READ lane stay: they look at the stream's state again.
        """
        revoked: list[Deferred] = []

        def stays(task: Task) -> bool:
            if (
                task.owner is not owner
                or task.lane == READ
                or not isinstance(task, Deferred)
                or getattr(task.function, "__self__", None) is not owner
            ):
                return True
            revoked.append(task)
            return False

        for tasks in (owner._waiting, self._due, self._later):
            if tasks:
                left = [task for task in tasks if stays(task)]
                tasks.clear()
                tasks.extend(left)
        return revoked

    def once_more(self, task: Task) -> None:
        """Run the current `task` once more in this batch, before the others."""
        self._due.append(task)

    def again(self, task: Task) -> None:
        """Run the current `task` once more in this batch, after the others."""
        self._tasks.append(task)

    def clock(self) -> float:
        """Seconds (monotonic), read at most once a batch inside of one."""
        return self.now if self.dispatcher is not None else monotonic()

    def fresh_clock(self) -> float:
        """Seconds (monotonic), read now."""
        return monotonic()

    def io(self, descriptor: int, events: int, ref: bool = True) -> Any:
        """A watcher of the loop for `descriptor`; 1 is reading, 2 is writing.

        With `ref` it keeps the program running while it is active.
        """
        return self.loop.io(descriptor, events, ref)

    def retain(self) -> None:
        """A descriptor was opened: turns must be served until :meth:`release`."""
        self._users += 1
        if self._users == 1 and not self._check.active:
            self._check.start(self._serve)

    def release(self) -> None:
        """A descriptor was closed."""
        self._users -= 1

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

    def report(self, owner: Owner, error: BaseException) -> None:
        """Hand an error that nobody takes to the hub's error handling: one traceback."""
        self.hub.handle_error(owner, type(error), error, error.__traceback__)

    def throw_in_main(self, error: BaseException) -> None:
        """Raise an error that nobody takes in the main greenlet, in a turn of its own."""
        main = self.hub.parent
        assert main is not None
        self.loop.run_callback(main.throw, error)

    def start_over_in_child(self) -> None:
        """Forget all tasks: they are those of the process that this one was forked from.

        The loop gets descriptors of its own first. A loop that still polls the parent's (epoll's
        set is shared by a fork) would take the parent's descriptors out of it with each watcher
        that is stopped here, and the parent would not hear of them again.
        """
        self.loop.reinit()
        self._forget_tasks()

    def end(self) -> None:
        """The hub is about to be destroyed: close what belongs to it and serve nothing any more.

        Its loop may go on under another hub, so no watcher may be left to fire there.
        """
        # Perhaps it is not: a hub may be destroyed from elsewhere when its thread has ended.
        self.thread = thread_ident()
        for owner in list(self.open):
            owner._hub_destroyed()
        self._forget_tasks()
        for watcher in (self._check, self._idle):
            watcher.stop()
            watcher.close()
        # What is still deferred wakes nothing.
        self._awake = True
        self.thread = 0

    def _forget_tasks(self) -> None:
        for tasks in (self._due, self._later, self._left, self._tasks, self.ready, self.wakes):
            tasks.clear()

    def flush_joined(self) -> None:
        """Send what the current step has written."""
        joined = self.joined
        if joined is not None:
            self.joined = None
            joined._flush_joined()

    # The batch.

    def _wake(self) -> None:
        self.check_thread()
        self._awake = self._idling = True
        self._idle.start(_noop)
        if not self._check.active:
            self._check.start(self._serve)

    def _serve(self) -> None:
        if self._later:
            self._due.extend(self._later)
            self._later.clear()
        ready = self.ready
        if self._left:
            self._tasks = list(dict.fromkeys(self._left + ready))
            self._left.clear()
        elif ready or self._due:
            self._tasks = ready[:]
        else:
            self._rest()
            return
        ready.clear()
        self._batch = iter(self._tasks)
        self._open = self._awake = True
        self.now = monotonic()
        while self._open:
            self.dispatcher = dispatcher = self._next or Dispatcher(self)
            try:
                dispatcher.switch()
            except Exception as error:
                # The listener has switched to a raw greenlet, whose exception is its parent's, the
                # hub's; the listener waits for it.
                dispatcher.throw(error)
            if self.dispatcher is dispatcher:
                self._block(dispatcher)
            if self.wakes:
                wakes, self.wakes = self.wakes, []
                for switch, value in wakes:
                    try:
                        switch(value)
                    except HubDestroyed:
                        raise
                    except BaseException as error:
                        # As of any raw greenlet; the others are woken all the same.
                        self.hub.handle_error(None, type(error), error, error.__traceback__)
        self._rest()

    def _is_spent(self) -> bool:
        """Whether this batch has taken as long as it may."""
        return monotonic() - self.now > max(_BUDGET, len(self._tasks) * _BUDGET_PER_TASK)

    def _block(self, dispatcher: Dispatcher) -> None:
        task = self.current
        if task is not None:
            dispatcher.blocked_in = task
            task.owner._busy |= task.lane
        self.dispatcher = self.current = self._next = None
        self.flush_joined()

    def _release(self, task: Task) -> None:
        owner = task.owner
        owner._busy &= ~task.lane
        waiting = owner._waiting
        if waiting:
            owner._waiting = None
            self._due.extendleft(reversed(waiting))
            if not self._awake:
                self._wake()

    def _rest(self) -> None:
        """After a batch: poll without waiting if something is left, else sleep."""
        # What was in it may be closed by now: nothing here keeps it alive.
        self._tasks.clear()
        if self._due or self._later or self._left:
            if not self._idling:
                self._idling = True
                self._idle.start(_noop)
            self._awake = True
            return
        self._awake = False
        if self._idling:
            self._idling = False
            self._idle.stop()
        if not self._users:
            self._check.stop()

    def listener_failed(self, owner: Owner, error: BaseException) -> None:
        """A listener of `owner` raised `error`: destroy it with that error and report it."""
        try:
            self.flush_joined()
            owner._listener_failed(None if isinstance(error, GreenletExit) else error)
        finally:
            if not isinstance(error, GreenletExit):
                self.report(owner, error)


def turn_if_any() -> Turn | None:
    """The turn of the calling thread's hub, if it has one."""
    return getattr(get_hub_if_exists(), "_geventnet_turn", None)


def this_turn() -> Turn:
    """The turn of the calling thread's hub."""
    hub: Any = get_hub()
    turn: Turn | None = getattr(hub, "_geventnet_turn", None)
    if turn is None:
        turn = hub._geventnet_turn = Turn(hub)
        _end_with(hub, turn)
    return turn


def _end_with(hub: Any, turn: Turn) -> None:
    """End `turn` when `hub` is destroyed, of which gevent tells nobody."""

    def destroy(destroy_loop: bool | None = None) -> None:
        del hub.destroy
        turn.end()
        hub.destroy(destroy_loop)

    hub.destroy = destroy
