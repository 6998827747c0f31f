"""AbortController and AbortSignal: one object says stop, many obey."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from functools import partial
from operator import attrgetter
from typing import TYPE_CHECKING, Any, ClassVar, Final
from weakref import WeakSet, ref

from .. import errors
from ..arguments import values
from ..loop.current import this_scheduler
from ..loop.scheduler import Scheduler
from ..loop.tasks import FREE, Owner
from ..loop.timers import Timer
from .emitter import EVENTS, EventEmitter
from .registry import Registry

if TYPE_CHECKING:
    # Those of its events, typed.
    from .signals import SignalEvents as _Base
else:
    _Base = EventEmitter

__all__ = ["AbortController", "AbortSignal", "on_abort"]


_EVENTS: Final[Mapping[Hashable, int]] = {
    **EVENTS,
    "abort": 0,
}


class AbortSignal(_Base):
    """Tells its listeners once that they should stop: event `'abort'`, inside `abort()`.

    A signal is made by an `AbortController` or by one of the class methods. An exception out of a
    listener does not keep the signal from the others; it is reported. A signal may have any number
    of listeners. Reference: Globals, "Class: AbortSignal".
    """

    __slots__ = ("_net_abort",)

    _net_event_arguments: ClassVar[Mapping[Hashable, int]] = _EVENTS

    def __init__(self) -> None:
        super().__init__()
        self.set_max_listeners(0)
        self._net_abort = _Abort(self, self._net_events)

    @classmethod
    def abort(cls, reason: Any = None) -> AbortSignal:
        """A signal that is aborted already. Reference: "Static method: AbortSignal.abort()"."""
        signal = cls()
        _abort_of(signal).set(reason)
        return signal

    @classmethod
    def timeout(cls, delay: float) -> AbortSignal:
        """A signal that aborts in `delay` seconds, with a `TimeoutError` as its reason.

        It does not keep the program running. Raises `ERR_INVALID_ARG_TYPE` and
        `ERR_OUT_OF_RANGE`. Reference: "Static method: AbortSignal.timeout(delay)".
        """
        delay = values.seconds(delay, "delay")
        signal = cls()
        _abort_of(signal).trigger_after(delay)
        return signal

    @classmethod
    def any(cls, signals: Iterable[AbortSignal]) -> AbortSignal:
        """A signal that aborts when the first of `signals` does, with its reason.

        Reference: "Static method: AbortSignal.any(signals)".
        """
        signal = cls()
        if not isinstance(signals, Iterable):
            raise errors.invalid_arg_type("signals", "Iterable", signals)
        sources = []
        for index, source in enumerate(signals):
            if not isinstance(source, AbortSignal):
                raise errors.invalid_arg_type(f"signals[{index}]", "AbortSignal", source)
            sources.append(source)
        _abort_of(signal).follow([_abort_of(source) for source in sources])
        return signal

    def __repr__(self) -> str:
        return f"<{type(self).__name__} at {id(self):#x} {_abort_of(self).describe()}>"

    @property
    def aborted(self) -> bool:
        """Whether the signal was aborted. Reference: "abortSignal.aborted"."""
        return self._net_abort.aborted

    @property
    def reason(self) -> Any:
        """What `abort()` was given, by default an `AbortError`. Reference: "abortSignal.reason"."""
        return self._net_abort.reason

    def throw_if_aborted(self) -> None:
        """Raise `reason` if the signal was aborted. Reference: "abortSignal.throwIfAborted()"."""
        if self.aborted:
            reason = self.reason
            raise reason if isinstance(reason, BaseException) else errors.AbortError(reason)

    def _net_listeners_changed(self, event: Hashable | None) -> None:
        self._net_abort.listeners_changed()

    def _net_holds(self, event: Hashable) -> tuple[Any, ...] | None:
        return () if event == "abort" and self.aborted else None


class _Abort(Owner):
    """What has become of a signal, and who follows it."""

    __slots__ = (
        "__weakref__",
        "_dependants",
        "_registry",
        "_signal",
        "_sources",
        "_timer",
        "aborted",
        "reason",
        "schedulers",
    )

    def __init__(self, signal: AbortSignal, registry: Registry) -> None:
        super().__init__()
        self._signal = signal
        self._registry = registry
        self.aborted = False
        self.reason: Any = None
        # The timer has a weak reference to the signal. A signal that `any` made has references to
        # its sources, and they have weak ones to it. Either is collected unless somebody holds it
        # or listens to it (see `_listened`).
        self._timer: Timer | None = None
        self._sources: tuple[_Abort, ...] = ()
        self._dependants: WeakSet[_Abort] | None = None
        #: The schedulers of what obeys, each as often as it has something that does.
        self.schedulers: list[Scheduler] = []

    def __repr__(self) -> str:
        return repr(self._signal)

    @property
    def subject(self) -> object:
        return self._signal

    def describe(self) -> str:
        """Whether it is aborted, and why."""
        return f"aborted: {self.reason!r}" if self.aborted else "not aborted"

    def set(self, reason: Any) -> None:
        """The signal is aborted, and tells nobody."""
        self.aborted = True
        if reason is None:
            reason = errors.AbortError(message="This operation was aborted")
        self.reason = reason

    def follow(self, sources: list[_Abort]) -> None:
        """Abort with the first of `sources`."""
        for source in sources:
            if source.aborted:
                self.set(source.reason)
                return
        for source in sources:
            source.add_dependant(self)
        self._sources = tuple(sources)

    def add_dependant(self, dependant: _Abort) -> None:
        """Let `dependant` abort with this."""
        if self._dependants is None:
            self._dependants = WeakSet()
        self._dependants.add(dependant)

    def trigger_after(self, delay: float) -> None:
        """Abort in `delay` seconds."""
        scheduler = this_scheduler()
        weak = ref(self)

        def expire() -> None:
            signal = weak()
            if signal is not None:
                scheduler.call_soon(signal, FREE, signal.time_out)

        self._timer = Timer(scheduler, expire)
        self._timer.start(delay)

    def time_out(self) -> None:
        """Abort, as the delay is over."""
        self.trigger(errors.timed_out("The operation was aborted due to timeout"))

    def __del__(self) -> None:
        if self._timer is not None:
            self._timer.discard()

    def trigger(self, reason: Any) -> None:
        """Abort, and tell everybody; what a listener raises is reported."""
        if self.aborted:
            return
        self.check_reach()
        self.set(reason)
        _listened.discard(self)
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
        dependants = list(self._dependants or ())
        self._registry.wake("abort", ())
        told: list[Callable[..., object]] = list(self._registry.of("abort"))
        told += [partial(dependant.trigger, self.reason) for dependant in dependants]
        interrupt: BaseException | None = None
        for tell in told:
            try:
                tell()
            except Exception as error:
                this_scheduler().report(self, error)
            except BaseException as error:
                # It is the caller's, as soon as everybody else has heard.
                interrupt = interrupt or error
        if interrupt is not None:
            raise interrupt

    def check_reach(self) -> None:
        """Raise unless all that an abort would reach belongs to the calling thread."""
        if self.aborted:
            return
        for scheduler in self.schedulers:
            scheduler.check_thread()
        if self._registry.waits is not None:
            self._registry.waits.check_thread()
        for dependant in list(self._dependants or ()):
            dependant.check_reach()

    def listeners_changed(self) -> None:
        """The signal has other listeners than before."""
        fires = self._sources or self._timer is not None
        if fires and "abort" in self._registry and not self.aborted:
            _listened.add(self)
        else:
            _listened.discard(self)


_abort_of: Callable[[AbortSignal], _Abort] = attrgetter("_net_abort")

#: Signals made by `any` and `timeout` that somebody listens to, and perhaps nobody else holds.
_listened: set[_Abort] = set()


def on_abort(
    signal: AbortSignal, function: Callable[[], None], scheduler: Scheduler
) -> Callable[[], None]:
    """Call `function` in the thread of `scheduler` when `signal` aborts.

    Returns what removes it again. A signal that is not the library's own needs `aborted`, `on` and
    `off`.
    """
    schedulers = _abort_of(signal).schedulers if isinstance(signal, AbortSignal) else []
    schedulers.append(scheduler)
    signal.once("abort", function)

    def forget() -> None:
        if scheduler in schedulers:
            schedulers.remove(scheduler)
        signal.off("abort", function)

    return forget


class AbortController:
    """Makes a signal and aborts it. Reference: Globals, "Class: AbortController"."""

    __slots__ = ("_signal",)

    def __init__(self) -> None:
        self._signal = AbortSignal()

    def __repr__(self) -> str:
        return f"<AbortController at {id(self):#x} {_abort_of(self._signal).describe()}>"

    @property
    def signal(self) -> AbortSignal:
        """The signal to hand out. Reference: "abortController.signal"."""
        return self._signal

    def abort(self, reason: Any = None) -> None:
        """Abort the signal; its `'abort'` listeners run inside this call. Once only.

        Raises `ERR_INVALID_THREAD`, and does nothing, if it would reach a socket, a server or a
        waiting greenlet of another thread.
        Reference: "abortController.abort([reason])".
        """
        _abort_of(self._signal).trigger(reason)
