"""record: the events of emitters as one trace, to compare and to read."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator
from operator import attrgetter
from types import TracebackType
from typing import Any, NamedTuple, Self

from ..events.emitter import EventEmitter
from ..events.names import error_monitor
from ..loop.current import this_scheduler

__all__ = ["Recorded", "Trace", "record"]

#: To listen to these changes what an emitter does, so that they are recorded if they are named.
_FLOWING = frozenset(("data", "readable"))
_ACTIVE = _FLOWING | {"error", "newListener", "removeListener", error_monitor}
#: How much of a byte string is shown.
_SHOWN = 32

_events_of = attrgetter("_net_event_arguments")


class Recorded(NamedTuple):
    """One event: when (seconds since the trace began), whose, which, and with what."""

    time: float
    name: str
    event: Hashable
    args: tuple[Any, ...]


def record(emitter: EventEmitter, *events: Hashable, name: str = "") -> Trace:
    """Record the events of `emitter` from now on; more emitters can be added to the trace.

    Without `events` it is every event of a Socket, a stream, a Server or a signal but `'data'` and
    `'readable'`: to listen to these would make a stream flow. Errors are recorded as `'error'`, and
    are taken from nobody (see `net.error_monitor`). An emitter of another class needs `events`.
    Never blocks.
    """
    trace = Trace()
    trace.add(emitter, *events, name=name)
    return trace


class Trace:
    """What was recorded, in the order in which it was emitted.

    `str(trace)` is a timeline. `lines()` are the same lines without the times; a trace is equal to
    another one, or to a list of strings, with the same lines. As a context manager it stops
    recording when the `with` is left.
    """

    def __init__(self) -> None:
        self.events: list[Recorded] = []
        self._clock = this_scheduler().fresh_clock
        self._start = self._clock()
        self._names: dict[int, str] = {}
        self._listening: list[tuple[EventEmitter, Hashable, Any]] = []

    def add(self, emitter: EventEmitter, *events: Hashable, name: str = "") -> Self:
        """Record an emitter, called `name`, into this trace as well; see `record`."""
        name = name or type(emitter).__name__.lower()
        wanted: Iterable[Hashable] = events
        if not events:
            wanted = [event for event in _events_of(emitter) if event not in _ACTIVE]
            if not wanted:
                raise ValueError(f"name the events of {emitter!r} that are to be recorded")
            wanted = [*wanted, "error"]
        self._names[id(emitter)] = name
        for event in wanted:
            self._listen(emitter, event, name)
        return self

    def _listen(self, emitter: EventEmitter, event: Hashable, name: str) -> None:
        def note(*args: Any) -> None:
            self.events.append(Recorded(self._clock() - self._start, name, event, args))

        source = error_monitor if event == "error" else event
        if source in _FLOWING:
            emitter.on(source, note)
        else:
            # First, so that what a listener emits inside of an event comes after it.
            emitter.prepend_listener(source, note)
        self._listening.append((emitter, source, note))

    def stop(self) -> None:
        """Record no more."""
        for emitter, source, note in self._listening:
            emitter.remove_listener(source, note)
        self._listening.clear()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()

    # Looking at it.

    def clear(self) -> None:
        """Forget what was recorded; the time goes on."""
        self.events.clear()

    def __len__(self) -> int:
        return len(self.events)

    def __iter__(self) -> Iterator[Recorded]:
        return iter(self.events)

    def lines(self, *names: str) -> list[str]:
        """A line for each event (of these emitters): `"socket data b'hello'"`."""
        return [
            self._line(recorded) for recorded in self.events if not names or recorded.name in names
        ]

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Trace):
            return self.lines() == other.lines()
        if isinstance(other, list):
            return self.lines() == other
        return NotImplemented

    def __repr__(self) -> str:
        return f"Trace({self.lines()!r})"

    def __str__(self) -> str:
        return "\n".join(
            f"{recorded.time:9.3f}  {self._line(recorded)}" for recorded in self.events
        )

    def _line(self, recorded: Recorded) -> str:
        return " ".join(
            [recorded.name, str(recorded.event), *(self._shown(arg) for arg in recorded.args)]
        )

    def _shown(self, value: object) -> str:
        """What is the same in every run: no addresses of objects."""
        if id(value) in self._names:
            return self._names[id(value)]
        if isinstance(value, bytes | str) and len(value) > _SHOWN:
            return f"{value[:_SHOWN]!r}... ({len(value)})"
        if isinstance(value, BaseException):
            return f"{type(value).__name__}({str(value)!r})"
        if value is None or isinstance(value, bytes | str | int | float | tuple):
            return repr(value)
        return f"<{type(value).__name__}>"
