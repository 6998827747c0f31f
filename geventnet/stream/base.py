"""Stream: what a readable and a writable side share, which is their life and their end.

==============  ===================================================================
constructing    `_construct` was called; nothing is read or written yet
open            `_destroyed` is False
destroyed       `destroy()` was called; `_destroy` releases what the stream holds
closed          `_destroy` is done; `'error'`, if there was one, and `'close'` are due
close emitted   nothing of the stream is emitted any more
==============  ===================================================================

`_constructed` is set in `_on_constructed`, `_destroyed` in `destroy`, `_closed` in `_on_destroyed`
and `_close_emitted` in `_emit_close`, each there only (a socket that connects again starts over in
`_restart`).

The slots of both sides are laid out here, for a Duplex must have both; each side declares and
initializes its own.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from typing import Any, ClassVar, NoReturn

from .. import errors
from ..abort import AbortSignal
from ..events import EventEmitter
from ..turn import FREE, Turn, this_turn

__all__ = ["Callback", "Stream"]

Callback = Callable[..., object]


class Stream(EventEmitter):
    """The part of a stream's life that does not depend on its direction."""

    __slots__ = (  # noqa: RUF023 - grouped by side
        "_abort",
        "_auto_destroy",
        "_close_emitted",
        "_closed",
        "_constructed",
        "_destroyed",
        "_emits_close",
        "_error_emitted",
        "_errored",
        "_on_construct",
        "_restarts",
        "_turn",
        # the readable side
        "_await_drain",
        "_buffer",
        "_decoder",
        "_did_read",
        "_direct",
        "_emitted_readable",
        "_end_emitted",
        "_end_scheduled",
        "_ended",
        "_flowing",
        "_has_readable",
        "_need_readable",
        "_paused",
        "_pipes",
        "_read_default_encoding",
        "_read_length",
        "_read_mark",
        "_read_objects",
        "_read_sync",
        "_readable_listening",
        "_reading",
        "_reading_more",
        "_resume_scheduled",
        # the writable side
        "_after_write_scheduled",
        "_callbacks_due",
        "_corked",
        "_decode_strings",
        "_ending",
        "_expects_callback",
        "_final_called",
        "_finish_callbacks",
        "_finished",
        "_flushing",
        "_has_writable",
        "_need_drain",
        "_pending",
        "_prefinished",
        "_queue",
        "_write_callback",
        "_write_default_encoding",
        "_write_length",
        "_write_mark",
        "_write_objects",
        "_write_sync",
        "_writing",
        "_writing_length",
    )

    _event_arguments: ClassVar[Mapping[Hashable, int]] = {
        **EventEmitter._event_arguments,
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

    #: Whether the boundaries between chunks mean nothing, so that short ones that wait are joined.
    _gathers: ClassVar[bool] = False

    #: A subclass that must do something before it can be read or written defines
    #: `_construct(self, callback)`, which calls `callback(error_or_none)` once.
    _construct: Callable[[Callback], None] | None = None

    def _init_stream(
        self, emit_close: bool, auto_destroy: bool, signal: AbortSignal | None
    ) -> None:
        EventEmitter.__init__(self)
        self._turn: Turn = this_turn()
        self._constructed = True
        self._destroyed = False
        self._closed = False
        self._close_emitted = False
        self._errored: BaseException | None = None
        self._error_emitted = False
        self._emits_close = emit_close
        self._auto_destroy = auto_destroy
        #: How often the stream has started over: a socket that connects again.
        self._restarts = 0
        self._on_construct: Callback | None = None
        self._abort: Callable[[], None] | None = None
        self._has_readable = False
        self._has_writable = False
        if signal is not None:
            self._obey(signal)
        if self._construct is not None:
            self._constructed = False
            self._turn.defer(self, FREE, self._begin_construct)

    def _check_thread(self) -> None:
        self._turn.check_thread()

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise errors.no_copy(self)

    # Public state.

    @property
    def destroyed(self) -> bool:
        """Whether `destroy()` was called. Reference: "socket.destroyed"."""
        return self._destroyed

    @property
    def closed(self) -> bool:
        """Whether the stream has released what it held. Reference: "readable.closed"."""
        return self._closed

    @property
    def errored(self) -> BaseException | None:
        """The error that the stream was destroyed with, or None. Reference: "readable.errored"."""
        return self._errored

    # Construction.

    def _begin_construct(self) -> None:
        def on_constructed(error: BaseException | None = None) -> None:
            self._turn.defer(self, FREE, self._on_constructed, error)

        try:
            assert self._construct is not None
            self._construct(on_constructed)
        except Exception as error:
            on_constructed(error)

    def _on_constructed(self, error: BaseException | None) -> None:
        if self._constructed:
            self._fail(error or errors.multiple_callback())
            return
        self._constructed = True
        waiting = self._on_construct
        self._on_construct = None
        if waiting is not None:
            waiting(error)
        elif error is not None:
            self._fail(error, True)
        else:
            self._constructed_sides()

    def _constructed_sides(self) -> None:
        """Start what waited for the construction."""

    # Destruction.

    def destroy(self, error: BaseException | None = None) -> Any:
        """Release everything; nothing is read or written any more, and what was queued is lost.

        Never blocks; returns the stream. `'error'` with `error`, if there is one, and `'close'`
        follow. An error that is no exception goes to `'error'` listeners as it is, and is raised
        as an `ERR_UNHANDLED_ERROR` that has it as its `context`. A second call changes nothing.
        Reference: "readable.destroy([error])".
        """
        if self._destroyed:
            return self
        self._turn.check_thread()
        if not isinstance(error, BaseException):
            # What is false is none, as in Node.
            error = error or None
        self._remember(error)
        self._destroyed = True
        self._before_destroy()
        if self._constructed:
            self._run_destroy(error)
        else:
            self._on_construct = lambda failure: self._run_destroy(failure or error)
        return self

    def _destroy(self, error: BaseException | None, callback: Callback) -> None:
        """Release what the stream holds, then call `callback(error)`. For subclasses."""
        callback(error)

    def _before_destroy(self) -> None:
        """The stream is about to be destroyed."""
        if self._abort is not None:
            self._abort()
            self._abort = None

    def _run_destroy(self, error: BaseException | None) -> None:
        called = False

        def on_destroyed(failure: BaseException | None = None) -> None:
            nonlocal called
            if not called:
                called = True
                self._on_destroyed(failure)

        try:
            self._destroy(error, on_destroyed)
        except Exception as failure:
            on_destroyed(failure)

    def _on_destroyed(self, error: BaseException | None) -> None:
        self._remember(error)
        self._closed = True
        if error is not None:
            self._turn.defer(self, FREE, self._emit_error, error)
        self._schedule_close()

    def _schedule_close(self) -> None:
        self._turn.defer(self, FREE, self._emit_close)

    def _emit_close(self) -> None:
        self._close_emitted = True
        if self._emits_close:
            self.emit("close")

    def _emit_error(self, error: BaseException) -> None:
        if self._error_emitted:
            return
        self._error_emitted = True
        raised = errors.as_exception(error)
        if not self._tell_error(error, self._take_error(raised)):
            self._error_unheard(raised)

    def _take_error(self, error: BaseException) -> bool:
        """Give `error` to the greenlets that a blocking call holds; True if there was one."""
        return False

    def _error_unheard(self, error: BaseException) -> None:
        """Nobody listens to `'error'`."""
        self._turn.report(self, error)

    def _holds(self, event: Hashable) -> tuple[Any, ...] | None:
        if event in ("data", "readable"):
            raise errors.invalid_arg_value("event", event, "would lose data: use recv()")
        if event == "error" and self._errored is not None:
            return (self._errored,)
        if event == "close":
            return () if self._close_emitted else None
        if self._close_emitted:
            raise self._ended_by()
        return None

    def _ended_by(self) -> BaseException:
        """What those are told who wait for something that the stream closed before."""
        if self._errored is None:
            return errors.stream_premature_close()
        return errors.as_exception(self._errored)

    def _remember(self, error: BaseException | None) -> None:
        if error is not None and self._errored is None:
            self._errored = error

    def _fail(self, error: BaseException, deferred: bool = False) -> None:
        """Destroy the stream with `error`, or without auto_destroy only emit it."""
        if self._destroyed:
            return
        if self._auto_destroy:
            self.destroy(error)
            return
        self._remember(error)
        if deferred:
            self._turn.defer(self, FREE, self._emit_error, error)
        else:
            self._emit_error(error)

    def _listener_failed(self, error: BaseException | None) -> None:
        # The dispatcher has reported the error; it must not be reported again as unheard.
        if not self._destroyed and error is not None and "error" not in self._events:
            self._error_emitted = True
            self._turn.defer(self, FREE, self._monitor, error)
        self.destroy(error)

    # Abort signals.

    def _obey(self, signal: AbortSignal) -> None:
        def on_abort() -> None:
            self.destroy(errors.AbortError(signal.reason))

        if signal.aborted:
            on_abort()
        else:
            self._abort = signal._on_abort(on_abort, self._turn)
