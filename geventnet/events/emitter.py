"""EventEmitter: named events and those who listen to them.

Reference: Events, "Class: EventEmitter".
"""

from __future__ import annotations

import sys
import warnings
from collections.abc import Callable, Hashable, Mapping
from typing import Any, ClassVar, Final, Self, TypeVar, overload

from .. import errors
from ..arguments import values
from ..arguments.arity import Fewer, fitting
from .names import Listener, Symbol, error_monitor
from .registry import Registry

__all__ = ["EVENTS", "EventEmitter", "MaxListenersExceededWarning"]

_L = TypeVar("_L", bound=Listener)

_ANY_NUMBER = sys.maxsize


class MaxListenersExceededWarning(RuntimeWarning):
    """An emitter has more listeners for one event than `set_max_listeners` allows: a leak?

    `emitter` has `count` listeners for the event `type`.
    """

    __module__ = "geventnet"

    def __init__(
        self,
        message: str,
        emitter: EventEmitter | None = None,
        type: Hashable = None,
        count: int = 0,
    ) -> None:
        super().__init__(message)
        self.emitter = emitter
        self.type = type
        self.count = count


class _Once:
    """A listener that removes itself before its only call; `listener` is the original."""

    __slots__ = ("_call", "_emitter", "_event", "_fired", "listener")

    def __init__(
        self, emitter: EventEmitter, event: Hashable, listener: Listener, call: Listener
    ) -> None:
        self._emitter = emitter
        self._event = event
        self._fired = False
        self._call = call
        self.listener = listener

    def __call__(self, *args: Any) -> Any:
        if self._fired:
            return None
        self._emitter.remove_listener(self._event, self)
        self._fired = True
        return self._call(*args)


def _original(listener: Listener) -> Listener:
    while isinstance(listener, _Once | Fewer):
        listener = listener.listener
    return listener


#: How many arguments the events of the library have: nothing stands between such an event and
#: a listener that takes them all. Any other event is the program's, and has any number.
EVENTS: Final[Mapping[Hashable, int]] = {
    "error": 1,
    error_monitor: 1,
    "newListener": 2,
    "removeListener": 2,
}


class EventEmitter:
    """Calls the listeners of named events, in the order in which they were added.

    Listeners run in the greenlet that emits, one after the other, and may block it. The events
    `'newListener'` and `'removeListener'`, each with `(event, listener)`, tell of the changes:
    before a listener is added, after one was removed. Reference: Events, "Class: EventEmitter".
    """

    __slots__ = ("__dict__", "__weakref__", "_net_events")

    #: The event `net.error_monitor`. Reference: "events.errorMonitor".
    error_monitor: ClassVar[Symbol] = error_monitor
    #: The limit of every emitter that `set_max_listeners` has given none. Can be set, for all
    #: emitters or for a subclass. Reference: "events.defaultMaxListeners".
    default_max_listeners: ClassVar[float] = 10

    _net_event_arguments: ClassVar[Mapping[Hashable, int]] = EVENTS

    def __init__(self) -> None:
        self._net_events = Registry()

    def emit(self, event: Hashable, *args: Any) -> bool:
        """Call the listeners of `event` with `args` in the calling greenlet; True if it had any.

        An `'error'` that has no listener is raised instead: `args[0]` if it is an exception, else
        a `NetError` with code `ERR_UNHANDLED_ERROR`. An exception out of a listener ends the
        emit and is the caller's. Reference: "emitter.emit(eventName[, ...args])".
        """
        registry = self._net_events
        if event == "error" and error_monitor in registry:
            registry.tell(error_monitor, *args)
        listeners = registry.get(event)
        woken = registry.waits is not None and registry.wake(event, args)
        if listeners is None:
            if event == "error" and not woken:
                raise errors.as_exception(args[0] if args else None)
            return False
        if isinstance(listeners, tuple):
            for listener in listeners:
                listener(*args)
        else:
            listeners(*args)
        return True

    def wait(self, event: Hashable, timeout: float | None = None) -> Any:
        """Block the calling greenlet until `event` is emitted; returns its argument.

        None if it has none, a tuple if it has several. What holds already (connected, listening,
        ended, finished, closed, no drain needed) returns at once. Raises the error when the
        emitter fails instead, `ERR_STREAM_PREMATURE_CLOSE` when it closes, and `TimeoutError`
        after `timeout` seconds. `wait("error")` returns the error. An event that a greenlet waits
        for is emitted in the thread of that greenlet, else `emit` raises `ERR_INVALID_THREAD`.
        Reference: "events.once(emitter, name[, options])".
        """
        self._net_check_thread()
        if timeout is not None:
            timeout = values.seconds(timeout, "timeout")
        held = self._net_holds(event)
        if held is None:
            registry = self._net_events
            if timeout is None:
                timeout = self._net_patience(event)
            held = registry.wait(event, timeout, f"wait({event!r})")
        return held[0] if len(held) == 1 else held or None

    def _net_patience(self, event: Hashable) -> float | None:
        """How long a wait for `event` may take that has no limit of its own, in seconds."""
        return None

    def _net_holds(self, event: Hashable) -> tuple[Any, ...] | None:
        """The arguments of an event whose state holds already; raises if it cannot come."""
        return None

    @overload
    def on(self, event: Hashable, listener: Listener) -> Self: ...
    @overload
    def on(self, event: Hashable) -> Callable[[_L], _L]: ...
    def on(self, event: Hashable, listener: Listener | None = None) -> Any:
        """Add `listener` to the end of the listeners of `event`; returns the emitter.

        Without a listener it is a decorator: `@server.on("connection")`. The same listener added
        twice is called twice. One that takes fewer arguments than the event has is given those that
        it takes: optional parameters are filled as well, so that values of your own are bound with
        `functools.partial`, not as defaults. Raises `ERR_INVALID_ARG_TYPE` if it is not callable.
        Reference: "emitter.on(eventName, listener)".
        """
        if listener is None:
            return self._net_decorator(self.on, event)
        self._net_add_listener(event, listener, False)
        self._net_listened(event)
        return self

    add_listener = on

    @overload
    def once(self, event: Hashable, listener: Listener) -> Self: ...
    @overload
    def once(self, event: Hashable) -> Callable[[_L], _L]: ...
    def once(self, event: Hashable, listener: Listener | None = None) -> Any:
        """Like `on`, for the next `event` only; the listener is removed before it is called.

        Reference: "emitter.once(eventName, listener)".
        """
        if listener is None:
            return self._net_decorator(self.once, event)
        _check(listener)
        return self.on(event, self._net_once(event, listener))

    @overload
    def prepend_listener(self, event: Hashable, listener: Listener) -> Self: ...
    @overload
    def prepend_listener(self, event: Hashable) -> Callable[[_L], _L]: ...
    def prepend_listener(self, event: Hashable, listener: Listener | None = None) -> Any:
        """Like `on`, but to the front. Reference: "emitter.prependListener(...)"."""
        if listener is None:
            return self._net_decorator(self.prepend_listener, event)
        self._net_add_listener(event, listener, True)
        return self

    @overload
    def prepend_once_listener(self, event: Hashable, listener: Listener) -> Self: ...
    @overload
    def prepend_once_listener(self, event: Hashable) -> Callable[[_L], _L]: ...
    def prepend_once_listener(self, event: Hashable, listener: Listener | None = None) -> Any:
        """Like `once`, but to the front. Reference: "emitter.prependOnceListener(...)"."""
        if listener is None:
            return self._net_decorator(self.prepend_once_listener, event)
        _check(listener)
        return self.prepend_listener(event, self._net_once(event, listener))

    def remove_listener(self, event: Hashable, listener: Listener) -> Self:
        """Remove `listener` from `event`: of several equal ones the one that was added last.

        Reference: "emitter.removeListener(eventName, listener)".
        """
        self._net_check_thread()
        _check(listener)
        listeners = self._net_events.of(event)
        for index in range(len(listeners) - 1, -1, -1):
            candidate = listeners[index]
            if candidate == listener or _original(candidate) == listener:
                self._net_events.put(event, listeners[:index] + listeners[index + 1 :])
                self._net_listeners_changed(event)
                if "removeListener" in self._net_events:
                    self.emit("removeListener", event, _original(candidate))
                break
        self._net_unlistened(event)
        return self

    off = remove_listener

    def remove_all_listeners(self, event: Hashable | None = None) -> Self:
        """Remove the listeners of `event`, or of every event.

        A stream that flows without any listener goes on flowing, into nothing, up to its end.
        Reference: "emitter.removeAllListeners([eventName])".
        """
        self._net_check_thread()
        if "removeListener" not in self._net_events:
            if event is None:
                self._net_events.clear()
            else:
                self._net_events.pop(event, None)
            self._net_listeners_changed(event)
        elif event is None:
            for name in [name for name in self._net_events if name != "removeListener"]:
                self.remove_all_listeners(name)
            self.remove_all_listeners("removeListener")
        else:
            for listener in reversed(self._net_events.of(event)):
                self.remove_listener(event, listener)
        self._net_unlistened(event)
        return self

    def listeners(self, event: Hashable) -> list[Listener]:
        """The listeners of `event`, those added by `once` as they were given.

        Reference: "emitter.listeners(eventName)".
        """
        return [_original(listener) for listener in self._net_events.of(event)]

    def raw_listeners(self, event: Hashable) -> list[Listener]:
        """The listeners of `event`; those added by `once` are wrappers with a `.listener`.

        Reference: "emitter.rawListeners(eventName)".
        """
        return [
            listener.listener if isinstance(listener, Fewer) else listener
            for listener in self._net_events.of(event)
        ]

    def listener_count(self, event: Hashable, listener: Listener | None = None) -> int:
        """How many listeners `event` has, or how often `listener` is among them.

        Reference: "emitter.listenerCount(eventName[, listener])".
        """
        listeners = self._net_events.of(event)
        if listener is None:
            return len(listeners)
        return sum(
            candidate == listener or _original(candidate) == listener for candidate in listeners
        )

    def event_names(self) -> list[Hashable]:
        """The events that have listeners, in the order of their first one.

        Reference: "emitter.eventNames()".
        """
        return list(self._net_events)

    def set_max_listeners(self, n: float) -> Self:
        """Warn (`MaxListenersExceededWarning`) when an event gets more than `n` listeners; 0 is
        never. It is `default_max_listeners` at first. Reference: "emitter.setMaxListeners(n)"."""
        if isinstance(n, bool) or not isinstance(n, int | float):
            raise errors.invalid_arg_type("n", ("int", "float"), n)
        if not n >= 0:
            raise errors.out_of_range("n", ">= 0", n)
        self._net_events.max_listeners = n
        return self

    def get_max_listeners(self) -> float:
        """The number set by `set_max_listeners`, else `default_max_listeners`.

        Reference: "emitter.getMaxListeners()".
        """
        limit = self._net_events.max_listeners
        return self.default_max_listeners if limit is None else limit

    def _net_check_thread(self) -> None:
        """Raise `ERR_INVALID_THREAD` where this emitter may not be changed."""

    def _net_listened(self, event: Hashable) -> None:
        """A listener was added to `event` by `on` or `once`."""

    def _net_unlistened(self, event: Hashable | None) -> None:
        """A listener of `event`, or of every event, was asked to be removed."""

    def _net_listeners_changed(self, event: Hashable | None) -> None:
        """The listeners of `event`, or of every event, are others than before."""

    def _net_decorator(self, add: Callable[..., Any], event: Hashable) -> Callable[[_L], _L]:
        def decorate(listener: _L) -> _L:
            add(event, listener)
            return listener

        return decorate

    def _net_add_listener(self, event: Hashable, listener: Listener, front: bool) -> None:
        self._net_check_thread()
        _check(listener)
        if "newListener" in self._net_events:
            self.emit("newListener", event, _original(listener))
        listener = self._net_fit(event, listener)
        listeners = self._net_events.of(event)
        listeners = (listener, *listeners) if front else (*listeners, listener)
        self._net_events.put(event, listeners)
        self._net_listeners_changed(event)
        # No emitter has a limit of less than one, but none.
        if len(listeners) > 1 and len(listeners) > self.get_max_listeners() > 0:
            self._net_warn(event, len(listeners))

    def _net_once(self, event: Hashable, listener: Listener) -> _Once:
        return _Once(self, event, listener, self._net_fit(event, listener))

    def _net_fit(self, event: Hashable, listener: Listener) -> Listener:
        count = self._net_event_arguments.get(event, _ANY_NUMBER)
        if not count or isinstance(listener, _Once):
            return listener
        return fitting(listener, count)

    def _net_warn(self, event: Hashable, count: int) -> None:
        registry = self._net_events
        if registry.warned is None:
            registry.warned = set()
        if event not in registry.warned:
            registry.warned.add(event)
            message = (
                f"Possible EventEmitter memory leak detected. {count} {event} listeners added to "
                f"{self!r}. MaxListeners is {self.get_max_listeners()}. Use "
                "emitter.set_max_listeners() to increase limit"
            )
            warnings.warn(MaxListenersExceededWarning(message, self, event, count), stacklevel=4)


def _check(listener: object) -> None:
    if not callable(listener):
        raise errors.not_callable("listener", listener)
