"""finished(): one call for all the ways in which a stream can end."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, overload

from .. import errors
from ..arguments import values
from ..arguments.arity import fitting
from ..events.abort import AbortSignal, on_abort
from ..loop.tasks import FREE
from ..loop.waiting import Waiter
from .life import Life, life_of
from .states import RELEASED, ReadEnd, WriteEnd
from .stream import Stream, readable_side, writable_side

__all__ = ["Done", "Ending", "finished", "is_read", "life_of_stream"]

#: What is called with the error, or None.
Done = Callable[..., object]


def life_of_stream(stream: object) -> Life:
    """The life of a stream; raises `ERR_INVALID_ARG_TYPE` for anything else."""
    life = life_of(stream) if isinstance(stream, Stream) else None
    if life is None:
        raise errors.invalid_arg_type("stream", "Stream", stream)
    return life


def _reads(stream: Any) -> bool:
    side = readable_side(stream)
    return side is not None and side.present


def _writes(stream: Any) -> bool:
    side = writable_side(stream)
    return side is not None and side.present


def is_read(stream: Any, strict: bool = True) -> bool:
    """Whether a readable stream has ended, or, unless `strict`, is about to."""
    side = readable_side(stream)
    if side is None or not side.present or side.life.errored is not None:
        return False
    if side.end is ReadEnd.ENDED:
        return True
    return not strict and side.end is not ReadEnd.OPEN and not side.length


def _is_written(stream: Any) -> bool:
    """Whether everything is written, or is about to be."""
    side = writable_side(stream)
    if side is None or not side.present:
        return False
    if side.end is WriteEnd.FINISHED:
        return True
    return side.life.errored is None and side.end is not WriteEnd.OPEN and not side.length


class Ending:
    """Waits for the end of one stream and tells `done`, once.

    Node's rules for what counts as the end stand here: a stream that will emit `'close'` by itself
    has ended with that, any other (a Socket is one) with its `'end'` and `'finish'`.
    """

    __slots__ = (
        "_done",
        "_forget_signal",
        "_read",
        "_reading",
        "_stream",
        "_will_close",
        "_writing",
        "_written",
    )

    def __init__(
        self,
        stream: Any,
        done: Done,
        readable: bool | None = None,
        writable: bool | None = None,
        hears_errors: bool = True,
        signal: AbortSignal | None = None,
    ) -> None:
        life = life_of_stream(stream)
        life.scheduler.check_thread()
        self._stream = stream
        self._done: Done | None = done
        self._reading = reading = _reads(stream) if readable is None else readable
        self._writing = writing = _writes(stream) if writable is None else writable
        self._will_close = (
            life.auto_destroy
            and life.close_arguments is not None
            and not life.is_connection
            and life.state < RELEASED
            and (_reads(stream), _writes(stream)) == (reading, writing)
        )
        self._read = is_read(stream, False)
        self._written = _is_written(stream)
        self._forget_signal: Callable[[], None] | None = None
        stream.on("end", self._on_end)
        stream.on("finish", self._on_finish)
        if hears_errors:
            stream.on("error", self._tell)
        stream.on("close", self._on_close)
        if life.state >= RELEASED:
            life.scheduler.call_soon(life, FREE, self._on_close)
        elif self._has_ended(life):
            life.scheduler.call_soon(life, FREE, self._ended_before)
        if signal is not None and life.state < RELEASED:
            self._obey(signal, life)

    def _has_ended(self, life: Life) -> bool:
        """Whether the end of an open stream has come before anybody listened."""
        if life.error_emitted:
            return not self._will_close
        stream = self._stream
        readable = _reads(stream) and stream.readable and not is_read(stream)
        writable = _writes(stream) and stream.writable
        if not self._reading and (not self._will_close or readable):
            return self._written or not writable
        if not self._writing and (not self._will_close or writable):
            return self._read or not readable
        return False

    def _obey(self, signal: AbortSignal, life: Life) -> None:
        def abort() -> None:
            done = self._done
            self.forget()
            if done is not None:
                done(errors.AbortError(signal.reason))

        if signal.aborted:
            life.scheduler.call_soon(life, FREE, abort)
        else:
            self._forget_signal = on_abort(signal, abort, life.scheduler)

    def _on_finish(self) -> None:
        self._written = True
        stream = self._stream
        if stream.destroyed:
            self._will_close = False
        if self._will_close and (self._reading or not getattr(stream, "readable", False)):
            return
        if not self._reading or self._read:
            self._tell()

    def _on_end(self) -> None:
        self._read = True
        stream = self._stream
        if stream.destroyed:
            self._will_close = False
        if self._will_close and (self._writing or not getattr(stream, "writable", False)):
            return
        if not self._writing or self._written:
            self._tell()

    def _on_close(self, *_: object) -> None:
        stream = self._stream
        life = life_of_stream(stream)
        if life.errored is not None:
            self._tell(life.errored)
            return
        read = not self._reading or not _reads(stream) or self._read or is_read(stream, False)
        written = not self._writing or self._written or _is_written(stream)
        self._tell(None if read and written else errors.stream_premature_close())

    def _ended_before(self) -> None:
        self._tell(life_of_stream(self._stream).errored)

    def _tell(self, error: Any = None) -> None:
        done, self._done = self._done, None
        if done is not None:
            self._stop_obeying()
            done(error)

    def _stop_obeying(self) -> None:
        forget, self._forget_signal = self._forget_signal, None
        if forget is not None:
            forget()

    def forget(self) -> None:
        """Tell nobody, and leave no listener behind."""
        self._done = None
        self._stop_obeying()
        stream = self._stream
        for event, listener in (
            ("end", self._on_end),
            ("finish", self._on_finish),
            ("error", self._tell),
            ("close", self._on_close),
        ):
            stream.off(event, listener)


@overload
def finished(
    stream: Stream,
    callback: Done,
    *,
    readable: bool | None = None,
    writable: bool | None = None,
    error: bool = True,
    signal: AbortSignal | None = None,
) -> Callable[[], None]: ...


@overload
def finished(
    stream: Stream,
    callback: None = None,
    *,
    readable: bool | None = None,
    writable: bool | None = None,
    error: bool = True,
    signal: AbortSignal | None = None,
) -> None: ...


def finished(
    stream: Stream,
    callback: Done | None = None,
    *,
    readable: bool | None = None,
    writable: bool | None = None,
    error: bool = True,
    signal: AbortSignal | None = None,
) -> Callable[[], None] | None:
    """Tell when a stream has ended: read to its end, written to its end, failed or closed.

    With a `callback` it never blocks: `callback(error_or_none)` is called once; the function that
    is returned removes the listeners, which stay until then. Without one it blocks the calling
    greenlet, raises the error, and leaves no listener behind: what `stream/promises` is in Node.

    `readable=False` does not wait for the end of the readable side, `writable=False` not for that
    of the writable side. The error is `ERR_STREAM_PREMATURE_CLOSE` if the stream closes before,
    and an `AbortError` when `signal` aborts; with `error=False` `'error'` events are not listened
    to. Raises `ERR_INVALID_ARG_TYPE` for what is no stream.
    Reference: "stream.finished(stream[, options], callback)".
    """
    life = life_of_stream(stream)
    if signal is not None:
        values.abort_signal(signal)
    if callback is not None:
        tell = fitting(values.function(callback, "callback"), 1)
        return Ending(stream, tell, readable, writable, error, signal).forget
    life.scheduler.check_blocking()
    waiter = Waiter(life.scheduler)
    ending = Ending(stream, waiter.wake, readable, writable, error, signal)
    try:
        failure = waiter.wait()
    finally:
        ending.forget()
    if failure is not None:
        raise errors.as_exception(failure)
    return None
