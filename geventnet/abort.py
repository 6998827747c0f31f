"""AbortController and AbortSignal: one object says stop, many obey."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from functools import partial
from typing import Any, ClassVar
from weakref import WeakSet

from . import errors, validate
from .events import EventEmitter
from .turn import FREE, Timer, Turn, this_turn

__all__ = ["AbortController", "AbortSignal"]


class AbortSignal(EventEmitter):
    """Tells its listeners once that they should stop: event `'abort'`, inside `abort()`.

    A signal is made by an `AbortController` or by one of the class methods. An exception out of a
    listener does not keep the signal from the others; it is reported. A signal may have any number
    of listeners. Reference: Globals, "Class: AbortSignal".
    """

    __slots__ = ("_aborted", "_dependants", "_reason", "_sources", "_timer", "_turns")

    _event_arguments: ClassVar[Mapping[Hashable, int]] = {
        **EventEmitter._event_arguments,
        "abort": 0,
    }

    def __init__(self) -> None:
        super().__init__()
        self.set_max_listeners(0)
        self._aborted = False
        self._reason: Any = None
        self._timer: Timer | None = None
        # A source does not keep those alive that `any` made of it and nobody listens to; they
        # keep their sources.
        self._sources: tuple[AbortSignal, ...] = ()
        self._dependants: WeakSet[AbortSignal] | None = None
        #: The turns of what obeys, each as often as it has something that does.
        self._turns: list[Turn] = []

    @classmethod
    def abort(cls, reason: Any = None) -> AbortSignal:
        """A signal that is aborted already. Reference: "Static method: AbortSignal.abort()"."""
        signal = cls()
        signal._set(reason)
        return signal

    @classmethod
    def timeout(cls, delay: float) -> AbortSignal:
        """A signal that aborts in `delay` seconds, with a `TimeoutError` as its reason.

        It does not keep the program running. Raises `ERR_INVALID_ARG_TYPE` and
        `ERR_OUT_OF_RANGE`. Reference: "Static method: AbortSignal.timeout(delay)".
        """
        delay = validate.seconds(delay, "delay")
        signal = cls()
        turn = this_turn()

        def expire() -> None:
            signal._timer = None
            signal._trigger(errors.timed_out("The operation was aborted due to timeout"))

        signal._timer = Timer(turn, lambda: turn.defer(signal, FREE, expire))
        signal._timer.start(delay)
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
        for source in sources:
            if source._aborted:
                signal._set(source._reason)
                return signal
        for source in sources:
            if source._dependants is None:
                source._dependants = WeakSet()
            source._dependants.add(signal)
        signal._sources = tuple(sources)
        return signal

    @property
    def aborted(self) -> bool:
        """Whether the signal was aborted. Reference: "abortSignal.aborted"."""
        return self._aborted

    @property
    def reason(self) -> Any:
        """What `abort()` was given, by default an `AbortError`. Reference: "abortSignal.reason"."""
        return self._reason

    def throw_if_aborted(self) -> None:
        """Raise `reason` if the signal was aborted. Reference: "abortSignal.throwIfAborted()"."""
        if self._aborted:
            reason = self._reason
            raise reason if isinstance(reason, BaseException) else errors.AbortError(reason)

    def _set(self, reason: Any) -> None:
        self._aborted = True
        if reason is None:
            reason = errors.AbortError(message="This operation was aborted")
        self._reason = reason

    def _trigger(self, reason: Any) -> None:
        if self._aborted:
            return
        self._check_reach()
        self._set(reason)
        _listened.discard(self)
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
        dependants = list(self._dependants or ())
        if self._waits is not None:
            self._wake("abort", ())
        told: list[Callable[..., object]] = list(self._events.get("abort", ()))
        told += [partial(dependant._trigger, self._reason) for dependant in dependants]
        interrupt: BaseException | None = None
        for tell in told:
            try:
                tell()
            except Exception as error:
                this_turn().report(self, error)
            except BaseException as error:
                # It is the caller's, as soon as everybody else has heard.
                interrupt = interrupt or error
        if interrupt is not None:
            raise interrupt

    def _listeners_changed(self, event: Hashable | None) -> None:
        if self._sources and "abort" in self._events and not self._aborted:
            _listened.add(self)
        else:
            _listened.discard(self)

    def _holds(self, event: Hashable) -> tuple[Any, ...] | None:
        return () if event == "abort" and self._aborted else None

    def _check_reach(self) -> None:
        """Raise unless all that an abort would reach belongs to the calling thread."""
        if self._aborted:
            return
        for turn in self._turns:
            turn.check_thread()
        for wait in self._waits or ():
            wait.parking.check_thread()
        for dependant in list(self._dependants or ()):
            dependant._check_reach()

    def _on_abort(self, function: Callable[[], None], turn: Turn) -> Callable[[], None]:
        """Call `function` in the thread of `turn` when the signal aborts.

        Returns what removes it again.
        """
        self._turns.append(turn)
        self.once("abort", function)

        def forget() -> None:
            if turn in self._turns:
                self._turns.remove(turn)
            self.off("abort", function)

        return forget


#: Signals made by `any` that somebody listens to, and perhaps nobody else holds.
_listened: set[AbortSignal] = set()


class AbortController:
    """Makes a signal and aborts it. Reference: Globals, "Class: AbortController"."""

    __slots__ = ("_signal",)

    def __init__(self) -> None:
        self._signal = AbortSignal()

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
        self._signal._trigger(reason)
