"""Life: how a stream is constructed, fails, is destroyed and closes.

A Socket that connects again gets another Life. What was deferred for the last one finds it `over`:
its `'error'` and `'close'` are told to the listeners only, its other events are dropped.
"""

from __future__ import annotations

from collections.abc import Callable
from operator import attrgetter
from typing import Any

from .. import errors
from ..events.abort import AbortSignal, on_abort
from ..events.names import error_monitor
from ..events.registry import Registry
from ..loop.current import this_scheduler
from ..loop.scheduler import Scheduler
from ..loop.tasks import FREE, WRITE, Owner, Task
from ..loop.waiting import Conditions
from .gone import GONE
from .seams import Callback, Emitting, Holder, ReadableEnd, WritableEnd
from .states import CONSTRUCTING, DESTROYED, LIFE, LIFE_CLOSED, LIVE, RELEASED, LifeState

__all__ = ["Life", "life_of"]


class Life(Owner):
    """The state of a stream's life, and the owner of its tasks."""

    __slots__ = (
        "_forget_signal",
        "_when_constructed",
        "after_poll",
        "allow_half_open",
        "auto_destroy",
        "close_arguments",
        "conditions",
        "error_emitted",
        "errored",
        "holder",
        "over",
        "readable",
        "registry",
        "scheduler",
        "state",
        "stream",
        "writable_if_made",
    )

    def __init__(
        self,
        stream: Emitting,
        registry: Registry,
        holder: Holder,
        auto_destroy: bool = True,
        scheduler: Scheduler | None = None,
    ) -> None:
        self.busy = 0
        self.waiting: list[Task] | None = None
        self.scheduler: Scheduler = scheduler or this_scheduler()
        self.stream: Emitting = stream
        self.registry: Registry = registry
        self.holder: Holder = holder
        self.state: LifeState = LIVE
        self.readable: ReadableEnd | None = None
        #: None until it is needed, or if there is none.
        self.writable_if_made: WritableEnd | None = None
        #: Whether the writable side stays open when the readable side has ended.
        self.allow_half_open: bool = True
        #: Greenlets that wait for a change of this stream's state.
        self.conditions: Conditions | None = None
        self.auto_destroy: bool = auto_destroy
        #: Whether `'close'` waits for a poll of the system, which the holder says when it releases.
        self.after_poll: bool = False
        #: What `'close'` is emitted with; None if it is not to be emitted.
        self.close_arguments: tuple[object, ...] | None = ()
        #: The error that the stream was destroyed with.
        self.errored: BaseException | None = None
        self.error_emitted: bool = False
        #: A new life has begun.
        self.over: bool = False
        self._when_constructed: Callback | None = None
        self._forget_signal: Callable[[], None] | None = None

    def __repr__(self) -> str:
        return repr(self.stream)

    @property
    def subject(self) -> object:
        return self.stream

    @property
    def peer_name(self) -> str | None:
        return self.holder.peer_name

    def describe(self) -> str:
        """What the stream does, in a few words."""
        if self.state < DESTROYED:
            return ", ".join(
                side.describe()
                for side in (self.readable, self.writable)
                if side is not None and side.present
            )
        state = "destroyed" if self.state < LIFE_CLOSED else "closed"
        return state if self.errored is None else f"{state}: {type(self.errored).__name__}"

    @property
    def is_connection(self) -> bool:
        return self.holder.is_connection

    @property
    def writable(self) -> WritableEnd | None:
        """The writable side, which some streams make when it is first asked for."""
        return self.writable_if_made or self.holder.make_writable()

    def emit(self, event: str, *args: object) -> None:
        """Emit an event of this life; nothing if another has begun."""
        if not self.over:
            self.stream.emit(event, *args)

    def _become(self, state: LifeState) -> None:
        assert state in LIFE[self.state], (self.state, state)
        self.state = state

    # Construction.

    def begin_construction(self) -> None:
        """The holder must do something before the stream can be used."""
        self.state = CONSTRUCTING
        self.scheduler.call_soon(self, FREE, self._construct)

    def _construct(self) -> None:
        def on_constructed(error: BaseException | None = None) -> None:
            self.scheduler.call_soon(self, FREE, self._constructed, error)

        try:
            self.holder.construct(on_constructed)
        except Exception as error:
            on_constructed(error)

    def _constructed(self, error: BaseException | None) -> None:
        release = self._when_constructed
        if release is not None:
            self._when_constructed = None
            release(error)
        elif self.state is not CONSTRUCTING:
            self.fail(error or errors.multiple_callback())
        else:
            self._become(LIVE)
            if error is not None:
                self.fail(error, True)
                return
            if self.readable is not None:
                self.readable.constructed()
            if self.writable_if_made is not None:
                self.writable_if_made.constructed()

    # Destruction.

    def destroy(self, error: BaseException | None = None) -> None:
        """Release everything; `'error'`, if there is one, and `'close'` follow."""
        if self.state >= DESTROYED:
            return
        if error is not None:
            if not isinstance(error, BaseException):
                # A false value is no error, as in Node.
                error = error or None
            self.remember(error)
        constructing = self.state is CONSTRUCTING
        self._become(DESTROYED)
        if self._forget_signal is not None:
            self._forget_signal()
            self._forget_signal = None
        if self.readable is not None:
            self.readable.destroyed()
        if self.writable_if_made is not None:
            self.writable_if_made.destroyed()
        if constructing:
            self._when_constructed = lambda failure: self._release(failure or error)
        else:
            self._release(error)

    def _release(self, error: BaseException | None) -> None:
        try:
            self.holder.release(error, self.released)
        except Exception as failure:
            self.released(failure)

    def released(self, error: BaseException | None = None) -> None:
        """The holder has released everything, or has failed with `error`."""
        if self.state is not DESTROYED:
            return
        self.remember(error)
        scheduler = self.scheduler
        if error is not None:
            scheduler.call_soon(self, FREE, self.emit_error, error)
        if self.after_poll:
            scheduler.call_after_poll(self, FREE, self.close)
        else:
            scheduler.call_soon(self, FREE, self.close)
        # Last, so that a release that an interrupt has cut short is made whole by the next.
        self._become(RELEASED)

    def close(self) -> None:
        """What the stream held is released: emit `'close'`."""
        if self.state is not RELEASED:
            return
        self._become(LIFE_CLOSED)
        if not self.over:
            self.holder.closed()
        if self.close_arguments is not None:
            self._tell("close", *self.close_arguments)
        if not self.over and not self.busy and not self.waiting and self.holder.let_go():
            self._let_go()

    def _let_go(self) -> None:
        """Leave nothing to the garbage collector: see `gone`."""
        if self.readable is not None:
            self.readable.let_go()
        if self.writable_if_made is not None:
            self.writable_if_made.let_go()
        self.readable = self.writable_if_made = None
        self.stream = self.holder = GONE

    def meet_again(self, stream: Emitting, holder: Holder) -> None:
        """A closed stream is used: calls that are deferred now are its own."""
        self.stream = stream
        self.holder = holder

    def end_here(self) -> None:
        """Another life begins: tell those who wait now; what is due is told to listeners only."""
        registry = self.registry
        if self.state is DESTROYED:
            # The destroy() was cut short.
            self.released()
        if self.state is RELEASED:
            error = self.errored
            if error is not None and not self.error_emitted:
                taken = self.holder.offer_error(errors.as_exception(error))
                waited = registry.waits is not None and registry.wake("error", (error,))
                self.error_emitted = taken or waited
            if registry.waits:
                registry.wake("close", self.close_arguments or ())
        self.over = True
        if self.conditions is not None:
            self.conditions.wake_all()

    def forked(self) -> None:
        self.state = LIFE_CLOSED
        self.error_emitted = True
        self.registry.waits = None
        self.holder.forked()

    def hub_destroyed(self) -> None:
        self.state = LIFE_CLOSED
        self.error_emitted = True
        self.holder.hub_destroyed()

    # The ends of both sides.

    def end_emitted(self) -> None:
        """`'end'` was emitted."""
        if self.holder.keeps_half_open():
            if self._has_finished():
                self.stream.destroy()
        elif not self.allow_half_open and self._can_be_written():
            scheduler = self.scheduler
            if scheduler.due or scheduler.wakes:
                scheduler.call_soon(self, FREE, self._end_writable)
            else:
                # The last thing of its task, and nobody's turn is before it.
                self._end_writable()
        elif self.auto_destroy and self._has_finished():
            self.stream.destroy()

    def _end_writable(self) -> None:
        holder = self.holder
        if not self.over and self._can_be_written() and not holder.keeps_half_open():
            if self.auto_destroy and self._finishes_unheard() and holder.finish_at_once():
                self.stream.destroy()
            else:
                self.end()

    def _can_be_written(self) -> bool:
        side = self.writable_if_made
        if side is not None:
            return side.writable
        return self.state < DESTROYED and self.errored is None and self.holder.may_make_writable()

    def _has_finished(self) -> bool:
        """Whether the writable side, if there is one, has no end to come."""
        side = self.writable_if_made
        return not self.holder.may_make_writable() if side is None else side.is_done

    def _finishes_unheard(self) -> bool:
        """Whether nobody would hear of the end of the writable side."""
        registry = self.registry
        return not (
            self.busy & WRITE or "finish" in registry or "prefinish" in registry or registry.waits
        )

    def end_unheard(self) -> bool:
        """Destroy the stream if both sides end and nobody would hear of it; False if not."""
        readable = self.readable
        if (
            self.state is not LIVE
            or self.errored is not None
            or readable is None
            or not readable.ends_unheard
            or not self._finishes_unheard()
            or not self.holder.finish_at_once()
        ):
            return False
        readable.end_unheard()
        self.stream.destroy()
        return True

    def end(self) -> None:
        """Call the stream's own `end()`."""
        stream: Any = self.stream
        stream.end()

    def resume(self) -> None:
        """Call the stream's own `resume()`."""
        stream: Any = self.stream
        stream.resume()

    def finish_emitted(self) -> None:
        """`'finish'` was emitted."""
        if self.auto_destroy and (self.readable is None or self.readable.is_done):
            self.stream.destroy()

    # Waiting for a change.

    def changed(self) -> None:
        """The state of the stream has changed: let the greenlets look that wait for it."""
        if self.conditions is not None:
            self.conditions.changed()

    # Errors.

    def remember(self, error: BaseException | None) -> None:
        """The first error is the one that counts."""
        if error is not None and self.errored is None:
            self.errored = error

    def fail(self, error: BaseException, deferred: bool = False) -> None:
        """Destroy the stream with `error`, or without auto_destroy only emit it."""
        if self.over or self.state >= DESTROYED:
            return
        if self.auto_destroy:
            self.stream.destroy(error)
            return
        self.remember(error)
        if deferred:
            self.scheduler.call_soon(self, FREE, self.emit_error, error)
        else:
            self.emit_error(error)

    def emit_error(self, error: BaseException) -> None:
        """Give `error` once: to the greenlets that wait, else to listeners, else to the holder."""
        if self.error_emitted:
            return
        self.error_emitted = True
        raised = errors.as_exception(error)
        taken = self.holder.offer_error(raised)
        registry = self.registry
        if self.over:
            registry.tell(error_monitor, error)
        elif registry.take_error(error, taken):
            return
        if taken:
            return
        if "error" in registry:
            self._tell("error", error)
        else:
            self.holder.error_unheard(raised)

    def ended_by(self) -> BaseException:
        """What those are told who wait for something that the stream closed before."""
        if self.errored is None:
            return errors.stream_premature_close()
        return errors.as_exception(self.errored)

    def _tell(self, event: str, *args: object) -> None:
        """Emit `'error'` or `'close'`; to listeners only if another life has begun.

        Those who wait then wait for an event of that life.
        """
        if self.over:
            self.registry.tell(event, *args)
        else:
            self.stream.emit(event, *args)

    def listener_failed(self, error: BaseException | None) -> None:
        # The dispatcher reports the error: it must not be reported once more as unheard.
        if self.state < DESTROYED and error is not None and "error" not in self.registry:
            self.error_emitted = True
            self.scheduler.call_soon(self, FREE, self.registry.tell, error_monitor, error)
        if not self.over:
            self.stream.destroy(error)
            self.holder.listener_failed(error)
            if self.readable is not None:
                self.readable.listener_failed()

    # Abort signals.

    def obey(self, signal: AbortSignal) -> None:
        """Destroy the stream when `signal` aborts."""

        def abort() -> None:
            self.stream.destroy(errors.AbortError(signal.reason))

        if signal.aborted:
            abort()
        else:
            self._forget_signal = on_abort(signal, abort, self.scheduler)


_get_life = attrgetter("_net_life")


def life_of(stream: object) -> Life | None:
    """The life of a stream of this library; None for anything else that can be written to."""
    try:
        life: Life = _get_life(stream)
    except AttributeError:
        return None
    return life
