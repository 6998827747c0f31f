"""Stream: what a readable and a writable stream have in common for their users."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Final, NoReturn, Self

from .. import errors
from ..events.abort import AbortSignal
from ..events.emitter import EVENTS, EventEmitter
from ..loop.unpatched import thread_ident
from .gone import GONE, HoldsNothing
from .life import Life
from .read_side import ReadSide
from .seams import Callback
from .states import DESTROYED, LIFE_CLOSED, RELEASED
from .write_side import WriteSide

if TYPE_CHECKING:
    # Those of its events, typed.
    from .events import StreamEvents as _Base
else:
    _Base = EventEmitter

__all__ = [
    "DEFAULT_HIGH_WATER_MARK",
    "DEFAULT_OBJECT_MARK",
    "STREAM_EVENTS",
    "Stream",
    "readable_side",
    "writable_side",
]

DEFAULT_HIGH_WATER_MARK = 16384
DEFAULT_OBJECT_MARK = 16


STREAM_EVENTS: Final[Mapping[Hashable, int]] = {
    **EVENTS,
    "close": 0,
    "data": 1,
    "drain": 0,
    "end": 0,
    "finish": 0,
    "pause": 0,
    "pipe": 1,
    "prefinish": 0,
    "readable": 0,
    "resume": 0,
    "unpipe": 1,
}


class Stream(_Base):
    """The part of a stream that does not depend on its direction.

    The library's own attributes begin with `_net_`; a subclass may use any other name that is not
    documented.
    """

    # A Duplex has both sides, and two bases of a class cannot both have slots.
    __slots__ = ("_net_life", "_net_reader", "_net_write_side")

    _net_event_arguments: ClassVar[Mapping[Hashable, int]] = STREAM_EVENTS

    _net_life: Life
    _net_reader: ReadSide
    #: None until it is needed: see `_net_writer`.
    _net_write_side: WriteSide | None

    #: A subclass that must do something before it can be read or written defines
    #: `_construct(self, callback)`, which calls `callback(error_or_none)` once.
    _construct: Callable[[Callback], None] | None = None

    def _destroy(self, error: BaseException | None, callback: Callback) -> None:
        """Release what the stream holds, then call `callback(error)`. For subclasses."""
        callback(error)

    def _net_begin(self, emit_close: bool, auto_destroy: bool) -> Life:
        """Begin the life of a stream that stands on its own methods."""
        EventEmitter.__init__(self)
        # Looked up when it is called: an instance may be given its own.
        holder = _Holder(self._construct, lambda error, done: self._destroy(error, done))
        self._net_life = life = Life(self, self._net_events, holder, auto_destroy)
        holder.life = life
        life.close_arguments = () if emit_close else None
        return life

    def _net_started(self, signal: AbortSignal | None) -> None:
        """Both sides are there."""
        if signal is not None:
            self._net_life.obey(signal)
        if self._construct is not None:
            self._net_life.begin_construction()

    @property
    def _net_writer(self) -> WriteSide:
        side = self._net_write_side
        return side if side is not None else self._net_make_writer()

    def _net_make_writer(self) -> WriteSide:
        """Make the writable side of a stream that makes it when it is needed."""
        raise NotImplementedError

    def _net_check_thread(self) -> None:
        scheduler = self._net_life.scheduler
        if thread_ident() != scheduler.thread:
            scheduler.check_thread()

    def _net_meet_again(self) -> None:
        """A closed stream is given a callback: what that raises is the stream's."""
        self._net_life.meet_again(self, GONE)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} at {id(self):#x} {self._net_life.describe()}>"

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise errors.no_copy(self)

    # Public state.

    @property
    def destroyed(self) -> bool:
        """Whether `destroy()` was called. Reference: "socket.destroyed"."""
        return self._net_life.state >= DESTROYED

    @property
    def closed(self) -> bool:
        """Whether the stream has released what it held. Reference: "readable.closed"."""
        return self._net_life.state >= RELEASED

    @property
    def errored(self) -> BaseException | None:
        """The error that the stream was destroyed with, or None. Reference: "readable.errored"."""
        return self._net_life.errored

    # Destruction.

    def destroy(self, error: BaseException | None = None) -> Self:
        """Release everything; nothing is read or written any more, and what was queued is lost.

        Never blocks; returns the stream. `'error'` with `error`, if there is one, and `'close'`
        follow. An error that is no exception goes to `'error'` listeners as it is, and is raised
        as an `ERR_UNHANDLED_ERROR` that has it as its `context`. A second call changes nothing.
        Reference: "readable.destroy([error])".
        """
        life = self._net_life
        if life.state < DESTROYED:
            life.scheduler.check_thread()
            life.destroy(error)
        return self

    # Waiting.

    def _net_holds(self, event: Hashable) -> tuple[Any, ...] | None:
        life = self._net_life
        if event in ("data", "readable"):
            raise errors.invalid_arg_value("event", event, "would lose data: use recv()")
        if event == "error" and life.errored is not None:
            # One that was not emitted yet is taken by whoever waits.
            return (life.errored,) if life.error_emitted else None
        if event == "close":
            return () if life.state is LIFE_CLOSED else None
        if life.state is LIFE_CLOSED:
            raise life.ended_by()
        return None


def readable_side(stream: object) -> ReadSide | None:
    """The readable side of a stream, if it has one."""
    side: ReadSide | None = getattr(stream, "_net_reader", None)
    return side


def writable_side(stream: object) -> WriteSide | None:
    """The writable side of a stream, if it has one."""
    side: WriteSide | None = getattr(stream, "_net_writer", None)
    return side


class _Holder(HoldsNothing):
    """What a stream that stands on its own methods holds."""

    __slots__ = ("_construct", "_destroy", "life")

    life: Life

    def __init__(
        self,
        construct: Callable[[Callback], None] | None,
        destroy: Callable[[BaseException | None, Callback], None],
    ) -> None:
        self._construct = construct
        self._destroy = destroy

    def construct(self, done: Callback) -> None:
        assert self._construct is not None
        self._construct(done)

    def release(self, error: BaseException | None, done: Callback) -> None:
        self._destroy(error, done)

    def error_unheard(self, error: BaseException) -> None:
        self.life.scheduler.report(self.life, error)
