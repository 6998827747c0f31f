"""Registry: the listeners of one emitter, and the greenlets that wait for its events.

Several listeners of an event are an immutable tuple that is replaced whenever one is added or
removed. So an emit walks the tuple as it was when it began, whatever its listeners do to the list.
A single listener, which most events have, stands for itself.
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

from .. import errors
from ..loop.current import this_scheduler
from ..loop.waiting import WaitList
from .names import Listener, error_monitor

__all__ = ["Registry"]


class Registry(dict[Hashable, Listener | tuple[Listener, ...]]):
    """The listeners by their event, and whoever else hears of one emitter's events."""

    __slots__ = ("max_listeners", "waits", "warned")

    def __init__(self) -> None:
        #: None while nobody waits.
        self.waits: WaitList[Hashable] | None = None
        #: None is the default of all emitters.
        self.max_listeners: float | None = None
        self.warned: set[Hashable] | None = None

    def of(self, event: Hashable) -> tuple[Listener, ...]:
        """The listeners of `event`."""
        found = self.get(event)
        if found is None:
            return ()
        return found if isinstance(found, tuple) else (found,)

    def put(self, event: Hashable, listeners: tuple[Listener, ...]) -> None:
        """Let `event` have these listeners and no others."""
        if not listeners:
            self.pop(event, None)
        elif len(listeners) == 1 and not isinstance(listeners[0], tuple):
            self[event] = listeners[0]
        else:
            # More than one, or one whose class is a tuple that can be called.
            self[event] = listeners

    def wait(self, event: Hashable, timeout: float | None, what: str) -> tuple[Any, ...]:
        """Block the calling greenlet until `event` is emitted; returns its arguments.

        Raises `TimeoutError`, which says `what`, after `timeout` seconds.
        """
        waits = self.waits
        if waits is None:
            waits = self.waits = WaitList(this_scheduler())
        try:
            args: tuple[Any, ...] = waits.wait(event, timeout, what)
        finally:
            if self.waits is waits and not waits:
                self.waits = None
        return args

    def wake(self, event: Hashable, args: tuple[Any, ...], others: bool = True) -> bool:
        """Give an event to the greenlets that wait for it; True if somebody did.

        Those that wait for another event fail with an `'error'` and with a `'close'`, unless
        `others` is False. Raises `ERR_INVALID_THREAD` in another thread than theirs.
        """
        waits = self.waits
        if not waits:
            return False
        waits.check_thread()
        failure: BaseException | None = None
        if event == "error" and others:
            failure = errors.as_exception(args[0] if args else None)
        elif event == "close" and others:
            failure = errors.stream_premature_close()
        woken = False
        for entry in waits:
            key, waiter = entry
            if key == event:
                waiter.wake(args)
            elif failure is not None:
                waiter.fail(failure)
            else:
                continue
            waits.remove(entry)
            woken = True
        return woken

    def tell(self, event: Hashable, *args: Any) -> None:
        """Call the listeners of `event`, and wake nobody."""
        for listener in self.of(event):
            listener(*args)

    def take_error(self, error: Any, taken: bool = False) -> bool:
        """Give an error to the greenlets that wait; True if somebody has it now.

        If somebody has (with `taken` somebody else), those that monitor errors are told here.
        """
        if self.wake("error", (error,)):
            taken = True
        if taken or "error" not in self:
            self.tell(error_monitor, error)
        return taken
