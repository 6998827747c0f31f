"""Running a program: until nothing is left to do, or until it is told to stop."""

from __future__ import annotations

import atexit
import signal
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from gevent import Greenlet, get_hub, joinall
from greenlet import getcurrent

from . import errors
from .arguments import values
from .loop.current import this_scheduler, this_scheduler_if_any
from .loop.scheduler import Scheduler
from .loop.signals import handles_signals, hear_signals

__all__ = [
    "end_run",
    "how_long_to_drain",
    "how_many_are_told",
    "on_stop",
    "run",
    "tell_to_stop",
    "use_drain_timeout",
]


class _Told:
    """Whom a signal tells, in the hub of `scheduler`."""

    __slots__ = ("__weakref__", "callback", "numbers", "scheduler")

    def __init__(
        self,
        scheduler: Scheduler,
        callback: Callable[[], object],
        numbers: Sequence[signal.Signals],
    ) -> None:
        self.scheduler: Scheduler = scheduler
        self.callback: Callable[[], object] = callback
        self.numbers: Sequence[signal.Signals] = numbers

    def forget(self) -> None:
        """Tell it no more; the program has its signals back if nobody else is told."""
        if self not in _told:
            return
        _told.remove(self)
        for number in self.numbers:
            if not any(number in told.numbers for told in _told):
                signal.signal(number, _before.pop(number))

    def forked(self) -> None:
        """The child's signals tell the child's hub."""

    def hub_destroyed(self) -> None:
        # Whoever waits there never leaves its `on_stop`.
        self.forget()


class _Drained(BaseException):
    """Ends `run()`: what was told to end has ended."""


#: The last one first.
_told: list[_Told] = []
#: What the program had for the signals that are ours.
_before: dict[signal.Signals, Any] = {}
_SIGNALS = (signal.SIGTERM, signal.SIGINT)
#: How many of these signals have come since somebody is told.
_heard = 0
#: How long connections may last when the program is told to stop, if it does not say (seconds).
_drain_timeout: float | None = 10.0
#: Ends the `run()` that runs.
_leave_run: Callable[[], object] | None = None


def use_drain_timeout(limit: float | None) -> None:
    """Let connections last as long as `limit` (seconds; None is for ever) where nobody says."""
    global _drain_timeout
    _drain_timeout = limit


def how_long_to_drain(given: float | None) -> float | None:
    """The limit that was given (seconds), checked; what holds else if it is `NOT_GIVEN`."""
    if given is values.NOT_GIVEN:
        return _drain_timeout
    return None if given is None else values.seconds(given, "drain_timeout")


def run(drain_timeout: float | None = values.NOT_GIVEN) -> None:
    """Serve until nothing that is ref'd is left: sockets, servers, timers, greenlets at work.

    SIGTERM drains the servers that listen, as `server.drain(drain_timeout)` does (seconds, 10 if it
    is not given; None waits for their connections as long as they last), and then `run()` returns,
    whatever else is left; a second one cuts what is left. A program that has no server, or does
    something about SIGTERM itself, is left to that. In a worker of a cluster `run()` returns when
    the worker has drained.

    Blocks the main greenlet; in any other it raises a `NetError` that is a RuntimeError.
    Reference: "server.unref()", "socket.unref()".
    """
    hub = get_hub()
    main = hub.parent
    if getcurrent() is not main:
        raise errors.NetRuntimeError(
            "net.run() is for the main greenlet; use server.serve_forever() in another",
            "ERR_INVALID_STATE",
        )
    limit = how_long_to_drain(drain_timeout)
    scheduler = this_scheduler()
    drains: list[Callable[[float | None], object]] = []
    running = True

    def stop() -> None:
        if drains:
            for drain in drains:
                Greenlet.spawn(drain, 0)
            return
        drains.extend(owner.drained_by for owner in scheduler.owners if owner.drained_by)
        if drains:
            Greenlet.spawn(drain_all)
        else:
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            signal.raise_signal(signal.SIGTERM)

    def drain_all() -> None:
        joinall([Greenlet.spawn(drain, limit) for drain in drains])
        scheduler.run_callback(leave)

    def leave() -> None:
        if running:
            main.throw(_Drained())

    numbers = (signal.SIGTERM,) if _is_free(signal.SIGTERM) else ()
    global _leave_run
    with on_stop(scheduler, stop, numbers):
        try:
            _leave_run = leave
            hub.join()
        except _Drained:
            return
        finally:
            running = False
            _leave_run = None


def end_run() -> None:
    """Have `run()` return if it runs, whatever is left; for the hub."""
    if _leave_run is not None:
        _leave_run()


def _is_free(number: signal.Signals) -> bool:
    """Whether the program does nothing about a signal, be it by a watcher of the loop's."""
    if signal.getsignal(number) is not signal.SIG_DFL:
        return False
    try:
        with open("/proc/self/status") as status:
            caught = next(int(line[7:], 16) for line in status if line.startswith("SigCgt:"))
    except (OSError, StopIteration):
        return True
    return not caught >> (number - 1) & 1


@contextmanager
def on_stop(
    scheduler: Scheduler,
    callback: Callable[[], object],
    numbers: Sequence[signal.Signals] = _SIGNALS,
) -> Iterator[None]:
    """While the block runs, the signals call `callback` in the hub of `scheduler`.

    Handlers of the program's own are called at once, too. Outside of the main thread, where there
    are no signals, it does nothing.
    """
    global _heard
    if not handles_signals():
        yield
        return
    if not _told:
        _heard = 0
    entry = _Told(scheduler, callback, numbers)
    stop_hearing = hear_signals(scheduler)
    for number in numbers:
        if number not in _before:
            _before[number] = signal.signal(number, _on_signal)
    _told.append(entry)
    scheduler.dependents.add(entry)
    try:
        yield
    finally:
        stop_hearing()
        entry.forget()


def tell_to_stop(times: int = 1) -> None:
    """Do what SIGTERM does, unless it, or SIGINT, has come `times` times already.

    For the main thread. A handler of the program's own is called as well.
    """
    if _heard < times:
        signal.raise_signal(signal.SIGTERM)


def how_many_are_told() -> int:
    """How many `on_stop` blocks run for SIGTERM."""
    return sum(signal.SIGTERM in told.numbers for told in _told)


def _on_signal(number: int, frame: object) -> None:
    global _heard
    _heard += 1
    # Runs between any two instructions of the program: what it does is done in the hub.
    for told in _told:
        if number in told.numbers:
            told.scheduler.run_callback_threadsafe(told.callback)


@atexit.register
def _warn_of_open_connections() -> None:
    scheduler = this_scheduler_if_any()
    owners = scheduler.owners if scheduler is not None else ()
    connections = [repr(owner) for owner in owners if owner.is_connection]
    if connections:
        warnings.warn(
            f"The program ends with connections still open: {', '.join(connections[:10])}",
            ResourceWarning,
            stacklevel=1,
        )
