"""The names of events that are more than a text."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, NewType

__all__ = ["EventName", "Listener", "Symbol", "error_monitor"]

#: The name of an event of the program's own, for type checkers: `TICK = net.EventName("tick")`.
#: They know the events of the library's classes, and refuse every other text there. On a plain
#: EventEmitter any name will do. When the program runs, `EventName(x)` is `x`.
EventName = NewType("EventName", object)


class Symbol:
    """An event whose name no other event can have."""

    __slots__ = ("_name",)

    def __init__(self, name: str) -> None:
        self._name = name

    def __repr__(self) -> str:
        return self._name


#: The event whose listeners are told every error before those of `'error'`; it takes the error from
#: nobody. Reference: "events.errorMonitor".
error_monitor: Final[Symbol] = Symbol("geventnet.error_monitor")

Listener = Callable[..., Any]
