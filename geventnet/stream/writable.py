"""Writable: a sink that takes one write at a time and queues the rest.

A write is in one of these states:

=========  ======================================================================================
queued     in `_queue`: another write is under way, the stream is corked or not constructed yet
under way  `_write` or `_writev` was called; `_writing`, `_writing_length` and `_write_callback`
           describe it, and `_on_write` ends it
written    its callback is due (`_after_write`), together with `'drain'`
=========  ======================================================================================

The end: `end()` sets `_ending`; when nothing is queued or under way `_finish_maybe` calls
`_final`, then `_finish` sets `_finished` and emits `'finish'`. `_pending` counts the callbacks that
must come before that.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Hashable
from typing import Any, NamedTuple, Self

from greenlet import getcurrent

from .. import errors, validate
from ..abort import AbortSignal
from ..arity import fitting
from ..turn import WRITE
from . import codec
from .base import Callback, Stream
from .chunks import SHORT
from .readable import DEFAULT_HIGH_WATER_MARK, DEFAULT_OBJECT_MARK, as_bytes

__all__ = ["Writable"]


class _Queued(NamedTuple):
    chunk: Any
    encoding: str
    callback: Callback | None


class _Due(list[Callback]):
    """Callbacks of writes that were done at once, made by the greenlet with the id `maker`."""

    __slots__ = ("maker",)

    def __init__(self) -> None:
        # A reference would keep a dispatcher from being used again.
        self.maker = id(getcurrent())


class Writable(Stream):
    """The writable side of a stream, for subclasses that define `_write` or `_writev`.

    `_write(chunk, encoding, callback)` takes one chunk, `_writev(chunks, callback)` several
    `(chunk, encoding)` at once, and calls `callback(error_or_none)` once, then or later.
    `_final(callback)` is called before `'finish'`. Raises `ERR_OUT_OF_RANGE`,
    `ERR_INVALID_ARG_TYPE` and `ERR_UNKNOWN_ENCODING` for bad options.
    Reference: Stream, "Class: stream.Writable" and "new stream.Writable([options])".
    """

    __slots__ = ()

    _queue: deque[_Queued] | None
    _write_callback: Callback | None
    _write_length: int
    _write_mark: int
    _write_default_encoding: str
    _writing_length: int
    _corked: int
    _pending: int
    _finish_callbacks: list[Callback] | None
    _callbacks_due: _Due | None

    #: Takes several chunks at once; None if the stream takes them one by one.
    _writev: Callable[[list[tuple[Any, str]], Callback], None] | None = None
    #: Called once when everything is written, before `'finish'`.
    _final: Callable[[Callback], None] | None = None

    def __init__(
        self,
        *,
        high_water_mark: int | None = None,
        object_mode: bool = False,
        decode_strings: bool = True,
        default_encoding: str = "utf8",
        emit_close: bool = True,
        auto_destroy: bool = True,
        signal: AbortSignal | None = None,
    ) -> None:
        self._init_writable(high_water_mark, object_mode, decode_strings, default_encoding)
        self._init_stream(emit_close, auto_destroy, signal)
        self._has_writable = True

    def _init_writable(
        self,
        mark: int | None,
        objects: bool = False,
        decode_strings: bool = True,
        default_encoding: str = "utf8",
    ) -> None:
        self._write_objects = objects
        if type(mark) is int and mark >= 0:
            self._write_mark = mark
        elif mark is None:
            self._write_mark = DEFAULT_OBJECT_MARK if objects else DEFAULT_HIGH_WATER_MARK
        else:
            self._write_mark = validate.high_water_mark(mark)
        self._decode_strings = decode_strings
        self._write_default_encoding = (
            default_encoding if default_encoding == "utf8" else codec.canonical(default_encoding)
        )
        self._queue = None
        self._write_length = 0
        self._writing = False
        self._writing_length = 0
        self._write_sync = True
        self._write_callback = None
        self._expects_callback = False
        self._flushing = False
        self._corked = 0
        self._need_drain = False
        self._pending = 0
        self._after_write_scheduled = False
        self._callbacks_due = None
        self._ending = False
        self._final_called = False
        self._prefinished = False
        self._finished = False
        self._finish_callbacks = None

    # Properties.

    @property
    def writable(self) -> bool:
        """Whether `write()` can be called: not ended, destroyed or failed.

        Reference: "writable.writable".
        """
        return (
            self._has_writable
            and not self._ending
            and not self._destroyed
            and self._errored is None
        )

    @property
    def writable_aborted(self) -> bool:
        """Whether the stream was destroyed before `'finish'`.

        Reference: "writable.writableAborted".
        """
        return (
            self._has_writable
            and (self._destroyed or self._errored is not None)
            and not self._finished
        )

    @property
    def writable_ended(self) -> bool:
        """Whether `end()` was called. Reference: "writable.writableEnded"."""
        return self._ending

    @property
    def writable_finished(self) -> bool:
        """Whether everything is written; true just before `'finish'`.

        Reference: "writable.writableFinished".
        """
        return self._finished

    @property
    def writable_length(self) -> int:
        """The bytes (objects) that wait to be written. Reference: "writable.writableLength"."""
        return self._write_length

    @property
    def writable_high_water_mark(self) -> int:
        """The mark in bytes, or in objects. Reference: "writable.writableHighWaterMark"."""
        return self._write_mark

    @property
    def writable_need_drain(self) -> bool:
        """Whether `write()` has answered False and `'drain'` is to come.

        Reference: "writable.writableNeedDrain".
        """
        return self._need_drain and not self._destroyed and not self._ending

    @property
    def writable_corked(self) -> int:
        """How often `uncork()` must be called. Reference: "writable.writableCorked"."""
        return self._corked

    @property
    def writable_object_mode(self) -> bool:
        """Whether chunks are any objects. Reference: "writable.writableObjectMode"."""
        return self._write_objects

    # Writing.

    def write(
        self,
        chunk: Any,
        encoding: str | Callback | None = None,
        callback: Callback | None = None,
    ) -> bool:
        """Write bytes, or text in `encoding`; never blocks.

        Returns False if so much waits that the caller should hold back until `'drain'`.
        `callback(error_or_none)` is called when the chunk is written, or has failed. Raises
        `ERR_INVALID_ARG_TYPE`, `ERR_UNKNOWN_ENCODING` and `ERR_STREAM_NULL_VALUES` for a bad
        chunk; after `end()` an `ERR_STREAM_WRITE_AFTER_END` destroys the stream.
        Reference: "writable.write(chunk[, encoding][, callback])".
        """
        self._turn.check_thread()
        if callable(encoding):
            encoding, callback = None, encoding
        if callback is not None:
            callback = fitting(callback, 1)
        return self._accept(chunk, encoding, callback) is True

    def _accept(
        self, chunk: Any, encoding: str | None, callback: Callback | None
    ) -> bool | BaseException:
        """The answer of a write, or what is wrong with the stream that it was made on."""
        chunk, encoding = self._outgoing(chunk, encoding)
        error: BaseException
        if self._ending:
            error = errors.stream_write_after_end()
        elif self._destroyed:
            error = errors.stream_destroyed("write")
        else:
            self._pending += 1
            return self._write_or_queue(chunk, encoding, callback)
        if callback is not None:
            self._turn.defer(self, WRITE, callback, error)
        self._fail(error, True)
        return error

    def _outgoing(self, chunk: Any, encoding: str | None) -> tuple[Any, str]:
        if chunk is None:
            raise errors.stream_null_values()
        if self._write_objects:
            return chunk, encoding or self._write_default_encoding
        if encoding is not None and encoding != "buffer":
            encoding = codec.canonical(encoding)
        if isinstance(chunk, str):
            encoding = encoding or self._write_default_encoding
            if self._decode_strings:
                return codec.encode(chunk, encoding), "buffer"
            return chunk, encoding
        return as_bytes(chunk), "buffer"

    def _write_or_queue(self, chunk: Any, encoding: str, callback: Callback | None) -> bool:
        length = 1 if self._write_objects else len(chunk)
        self._write_length += length
        if self._writing or self._corked or self._errored is not None or not self._constructed:
            self._enqueue(chunk, encoding, callback)
        else:
            self._begin_write(length, callback)
            try:
                self._write(chunk, encoding, self._on_write)
            finally:
                self._write_sync = False
        if self._write_length < self._write_mark or self._write_length == 0:
            return not self._destroyed and self._errored is None
        self._need_drain = True
        return False

    def _enqueue(self, chunk: Any, encoding: str, callback: Callback | None) -> None:
        queue = self._queue
        if queue is None:
            queue = self._queue = deque()
        if queue and self._gathers:
            last = queue[-1]
            if last.callback is None and len(last.chunk) + len(chunk) <= SHORT:
                queue[-1] = _Queued(last.chunk + chunk, encoding, callback)
                self._pending -= 1
                return
        queue.append(_Queued(chunk, encoding, callback))

    def _begin_write(self, length: int, callback: Callback | None) -> None:
        self._writing_length = length
        self._write_callback = callback
        self._writing = True
        self._write_sync = True
        self._expects_callback = True

    def _write(self, chunk: Any, encoding: str, callback: Callback) -> None:
        """Take one chunk, then call `callback(error_or_none)`. For subclasses."""
        if self._writev is None:
            raise errors.method_not_implemented("_write()")
        self._writev([(chunk, encoding)], callback)

    def _on_write(self, error: BaseException | None = None) -> None:
        """The write that is under way is done, or has failed with `error`."""
        if not self._expects_callback:
            self._fail(errors.multiple_callback())
            return
        sync = self._write_sync
        due = self._callbacks_due
        if due is not None and not sync and due.maker != id(getcurrent()):
            # Another greenlet was quicker than the turn in which they are called.
            self._turn.defer(self, WRITE, self._on_write, error)
            return
        callback = self._write_callback
        self._write_callback = None
        self._writing = False
        self._expects_callback = False
        self._write_length -= self._writing_length
        self._writing_length = 0
        if error is not None:
            self._remember(error)
            if sync:
                self._turn.defer(self, WRITE, self._write_failed, error, callback)
            else:
                self._write_failed(error, callback)
            return
        if sync:
            # Before what is written next, whose own callback may be due at once as well.
            self._after_sync_write(callback)
        if self._queue:
            self._write_queued()
            if sync and self._ending:
                self._finish_maybe(True)
        if not sync:
            self._after_write([callback] if callback is not None else [], 1)

    def _after_sync_write(self, callback: Callback | None) -> None:
        if callback is not None:
            if self._callbacks_due is None:
                self._callbacks_due = _Due()
                self._turn.defer(self, WRITE, self._after_sync_writes, self._callbacks_due)
            self._callbacks_due.append(callback)
        elif (
            self._need_drain and self._write_length == 0 and not self._after_write_scheduled
        ) or self._destroyed:
            self._after_write_scheduled = True
            self._turn.defer(self, WRITE, self._after_write, [], 1)
        else:
            self._pending -= 1
            if self._ending and not self._flushing:
                # While what was queued is written, the callback of the write before may be due.
                self._finish_maybe(True)

    def _after_sync_writes(self, callbacks: list[Callback]) -> None:
        if self._callbacks_due is callbacks:
            self._callbacks_due = None
        self._after_write(callbacks, len(callbacks))

    def _after_write(self, callbacks: list[Callback], count: int) -> None:
        """`count` writes are done: `'drain'` if that was waited for, then their callbacks."""
        self._after_write_scheduled = False
        restarts = self._restarts
        try:
            if (
                self._need_drain
                and not self._ending
                and not self._destroyed
                and self._write_length == 0
            ):
                self._need_drain = False
                self.emit("drain")
        finally:
            if self._restarts == restarts:
                self._pending -= count
            try:
                self._call_all(callbacks, None)
            except BaseException:
                # After the callbacks that are left.
                self._turn.defer(self, WRITE, self._after_callbacks)
                raise
            self._after_callbacks()

    def _after_callbacks(self) -> None:
        if self._destroyed:
            self._fail_queued()
        if self._ending:
            self._finish_maybe(True)

    def _call_all(self, callbacks: list[Callback], error: BaseException | None) -> None:
        """Call every callback, whatever the others raise."""
        for index, callback in enumerate(callbacks):
            try:
                callback(error)
            except BaseException:
                rest = callbacks[index + 1 :]
                if rest:
                    self._turn.defer(self, WRITE, self._call_all, rest, error)
                raise

    def _write_failed(self, error: BaseException, callback: Callback | None) -> None:
        self._pending -= 1
        try:
            if callback is not None:
                callback(error)
        finally:
            self._fail_queued()
            self._fail(error)

    def _fail_queued(self) -> None:
        """What is queued is not written any more: tell those who wait for it."""
        if self._writing:
            return
        callbacks: list[Callback] = []
        error = self._errored
        if self._queue:
            for chunk, _, callback in self._queue:
                self._write_length -= 1 if self._write_objects else len(chunk)
                if callback is not None:
                    callbacks.append(callback)
            self._queue.clear()
        finishers = self._finish_callbacks or []
        self._finish_callbacks = None
        finish_error = error or errors.stream_destroyed("end")
        try:
            self._call_all(callbacks, error or errors.stream_destroyed("write"))
        except BaseException:
            self._turn.defer(self, WRITE, self._call_all, finishers, finish_error)
            raise
        self._call_all(finishers, finish_error)

    def _write_queued(self) -> None:
        """Hand what is queued to `_writev` at once, or to `_write` one by one."""
        queue = self._queue
        if not queue or self._corked or self._flushing or self._destroyed or not self._constructed:
            return
        self._flushing = True
        try:
            if len(queue) > 1 and self._writev is not None:
                entries = list(queue)
                queue.clear()
                self._pending -= len(entries) - 1
                callbacks = [entry.callback for entry in entries if entry.callback is not None]
                self._begin_write(self._write_length, self._shared_callback(callbacks))
                try:
                    self._writev(
                        [(entry.chunk, entry.encoding) for entry in entries], self._on_write
                    )
                finally:
                    self._write_sync = False
                return
            while queue and not self._writing:
                chunk, encoding, callback = queue.popleft()
                self._begin_write(1 if self._write_objects else len(chunk), callback)
                try:
                    if self._destroyed:
                        self._on_write(errors.stream_destroyed("write"))
                    else:
                        self._write(chunk, encoding, self._on_write)
                finally:
                    self._write_sync = False
        finally:
            self._flushing = False

    def _shared_callback(self, callbacks: list[Callback]) -> Callback | None:
        if len(callbacks) < 2:
            return callbacks[0] if callbacks else None
        return lambda error: self._call_all(callbacks, error)

    def cork(self) -> None:
        """Queue what is written until `uncork()`. Reference: "writable.cork()"."""
        self._turn.check_thread()
        self._corked += 1

    def uncork(self) -> None:
        """Undo one `cork()`; the last one writes what was queued.

        Reference: "writable.uncork()".
        """
        self._turn.check_thread()
        if self._corked:
            self._corked -= 1
            if not self._writing:
                self._write_queued()

    def set_default_encoding(self, encoding: str) -> Self:
        """The encoding of text that is written without one; raises `ERR_UNKNOWN_ENCODING`.

        Reference: "writable.setDefaultEncoding(encoding)".
        """
        self._turn.check_thread()
        self._write_default_encoding = codec.canonical(encoding)
        return self

    # Ending.

    def end(
        self,
        chunk: Any = None,
        encoding: str | Callback | None = None,
        callback: Callback | None = None,
    ) -> Self:
        """Write `chunk`, if there is one, and then nothing more; never blocks.

        `'finish'` follows when all is written. `callback(error_or_none)` is called before it, or
        with `ERR_STREAM_ALREADY_FINISHED`, `ERR_STREAM_DESTROYED` or the stream's error.
        Reference: "writable.end([chunk[, encoding]][, callback])".
        """
        self._turn.check_thread()
        if callable(chunk):
            chunk, encoding, callback = None, None, chunk
        elif callable(encoding):
            encoding, callback = None, encoding
        if callback is not None:
            callback = fitting(callback, 1)
        error: BaseException | None = None
        if chunk is not None:
            answer = self._accept(chunk, encoding, None)
            if isinstance(answer, BaseException):
                error = answer
        if self._corked:
            self._corked = 1
            self.uncork()
        if error is None:
            if not self._ending and self._errored is None:
                self._ending = True
                self._finish_maybe(True)
            elif self._finished:
                error = errors.stream_already_finished("end")
            elif self._destroyed:
                error = errors.stream_destroyed("end")
        if callback is not None:
            if error is not None or self._errored is not None or self._finished:
                self._turn.defer(self, WRITE, callback, error or self._errored)
            else:
                if self._finish_callbacks is None:
                    self._finish_callbacks = []
                self._finish_callbacks.append(callback)
        return self

    def _needs_finish(self) -> bool:
        return (
            self._ending
            and self._constructed
            and not self._destroyed
            and not self._finished
            and not self._writing
            and not self._error_emitted
            and not self._close_emitted
            and self._errored is None
            and not self._queue
            and self._write_length == 0
        )

    def _finish_maybe(self, deferred: bool = False) -> None:
        if not self._needs_finish():
            return
        self._prefinish()
        if self._pending == 0:
            if deferred:
                self._pending += 1
                self._turn.defer(self, WRITE, self._finish_if_needed)
            elif self._needs_finish():
                self._pending += 1
                self._finish()

    def _finish_if_needed(self) -> None:
        if self._needs_finish():
            self._finish()
        else:
            self._pending -= 1

    def _prefinish(self) -> None:
        if self._prefinished or self._final_called:
            return
        self._final_called = True
        if self._final is None or self._destroyed:
            self._prefinished = True
            self.emit("prefinish")
            return
        self._write_sync = True
        self._pending += 1
        try:
            self._final(self._on_final)
        except Exception as error:
            self._on_final(error)
        finally:
            self._write_sync = False

    def _on_final(self, error: BaseException | None = None) -> None:
        if self._prefinished:
            self._fail(error or errors.multiple_callback())
            return
        self._pending -= 1
        if error is not None:
            callbacks = self._finish_callbacks or []
            self._finish_callbacks = None
            try:
                self._call_all(callbacks, error)
            finally:
                self._fail(error, self._write_sync)
        elif self._needs_finish():
            self._prefinished = True
            self.emit("prefinish")
            self._pending += 1
            self._turn.defer(self, WRITE, self._finish)

    def _finish(self) -> None:
        self._pending -= 1
        self._finished = True
        callbacks = self._finish_callbacks or []
        self._finish_callbacks = None
        try:
            self._call_all(callbacks, None)
        finally:
            if self._finished and not self._close_emitted:
                self.emit("finish")
                if self._finished:
                    self._after_finish()

    def _after_finish(self) -> None:
        if self._auto_destroy:
            self.destroy()

    def _restart_writable(self) -> None:
        """Start over: tell those who still wait that their writes have failed, and forget them."""
        self._restarts += 1
        failed = [] if self._write_callback is None else [self._write_callback]
        if self._queue:
            failed += [entry.callback for entry in self._queue if entry.callback is not None]
        for callbacks, error in (
            (self._callbacks_due, None),
            (failed, self._errored or errors.stream_destroyed("write")),
            (self._finish_callbacks, self._errored or errors.stream_destroyed("end")),
        ):
            if callbacks:
                self._turn.defer(self, WRITE, self._call_all, callbacks, error)
        self._queue = self._finish_callbacks = self._callbacks_due = self._write_callback = None
        self._writing = self._expects_callback = self._after_write_scheduled = False
        self._write_length = self._writing_length = self._pending = 0
        self._need_drain = False
        self._final_called = self._prefinished = False
        self._ending = self._finished = not self._has_writable

    # Life.

    def _holds(self, event: Hashable) -> tuple[Any, ...] | None:
        if (event == "finish" and self._finished) or (
            event == "drain" and self.writable and not self._need_drain
        ):
            return ()
        return super()._holds(event)

    def pipe(self, destination: Any, *, end: bool = True) -> Any:
        """A Writable cannot be read: `ERR_STREAM_CANNOT_PIPE` destroys it.

        Reference: Errors, "ERR_STREAM_CANNOT_PIPE".
        """
        self._fail(errors.stream_cannot_pipe())

    def _before_destroy(self) -> None:
        if self._queue or self._finish_callbacks:
            self._turn.defer(self, WRITE, self._fail_queued)
        super()._before_destroy()

    def _constructed_sides(self) -> None:
        if not self._writing:
            self._write_queued()
        if self._ending:
            self._finish_maybe()
