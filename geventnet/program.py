"""Running a program: until nothing is left to do, or until it is told to stop."""

from __future__ import annotations

import atexit
import signal
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from gevent import get_hub
from greenlet import getcurrent

from . import errors
from .loop.current import this_scheduler_if_any
from .loop.scheduler import Scheduler

__all__ = ["on_stop", "run"]

#: Whom SIGTERM and SIGINT tell, the last one first; empty when the signals are not ours.
_told: list[tuple[Scheduler, Callable[[], object]]] = []
_before: dict[signal.Signals, Any] = {}
_SIGNALS = (signal.SIGTERM, signal.SIGINT)


def run() -> None:
    """Serve until nothing that is ref'd is left: sockets, servers, timers, greenlets at work.

    Blocks the main greenlet; in any other it raises a `NetError` that is a RuntimeError.
    Reference: "server.unref()", "socket.unref()".
    """
    hub = get_hub()
    if getcurrent() is not hub.parent:
        raise errors.NetRuntimeError(
            "net.run() is for the main greenlet; use server.serve_forever() in another",
            "ERR_INVALID_STATE",
        )
    hub.join()


@contextmanager
def on_stop(scheduler: Scheduler, callback: Callable[[], object]) -> Iterator[None]:
    """While the block runs, SIGTERM and SIGINT call `callback` in the hub of `scheduler`.

    Outside of the main thread, where there are no signals, it does nothing.
    """
    entry = scheduler, callback
    if not _told:
        try:
            for number in _SIGNALS:
                _before[number] = signal.signal(number, _on_signal)
        except ValueError:
            yield
            return
    _told.append(entry)
    try:
        yield
    finally:
        _told.remove(entry)
        if not _told:
            for number in _SIGNALS:
                signal.signal(number, _before.pop(number))


def _on_signal(number: int, frame: object) -> None:
    # Runs between any two instructions of the program: what it does is done in the hub.
    for scheduler, callback in _told:
        scheduler.run_callback_threadsafe(callback)


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
