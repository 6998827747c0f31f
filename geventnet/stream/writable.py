"""Writable: a sink that takes one write at a time and queues the rest."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any, Self

from .. import errors
from ..arguments.arity import fitting
from ..events.abort import AbortSignal
from . import codec
from .ending import end
from .life import Life
from .readable import read_mark
from .seams import Callback
from .states import DESTROYED, LIFE_CLOSED, WriteEnd
from .stream import Stream
from .write_side import WriteSide

__all__ = ["Writable"]


class Writable(Stream):
    """The writable side of a stream, for subclasses that define `_write` or `_writev`.

    `_write(chunk, encoding, callback)` takes one chunk, `_writev(chunks, callback)` several
    `(chunk, encoding)` at once, and calls `callback(error_or_none)` once, then or later.
    `_final(callback)` is called before `'finish'`. Raises `ERR_OUT_OF_RANGE`,
    `ERR_INVALID_ARG_TYPE` and `ERR_UNKNOWN_ENCODING` for bad options.
    Reference: Stream, "Class: stream.Writable" and "new stream.Writable([options])".
    """

    __slots__ = ()

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
        mark = read_mark(high_water_mark, object_mode)
        life = self._net_begin(emit_close, auto_destroy)
        self._net_writable(life, mark, object_mode, decode_strings, default_encoding)
        self._net_started(signal)

    def _net_writable(
        self, life: Life, mark: int, objects: bool, decode_strings: bool, default_encoding: str
    ) -> None:
        """Add the writable side."""
        self._net_write_side = life.writable_if_made = WriteSide(
            life,
            # The methods are looked up when they are needed: an instance may be given its own.
            _Sink(
                lambda chunk, encoding, done: self._write(chunk, encoding, done),
                lambda: self._writev,
                lambda: self._final,
            ),
            mark,
            objects,
            decode_strings,
            codec.canonical(default_encoding),
        )

    # Properties.

    @property
    def writable(self) -> bool:
        """Whether `write()` can be called: not ended, destroyed or failed.

        Reference: "writable.writable".
        """
        return self._net_writer.writable

    @property
    def writable_aborted(self) -> bool:
        """Whether the stream was destroyed before `'finish'`.

        Reference: "writable.writableAborted".
        """
        return self._net_writer.aborted

    @property
    def writable_ended(self) -> bool:
        """Whether `end()` was called. Reference: "writable.writableEnded"."""
        return self._net_writer.end is not WriteEnd.OPEN

    @property
    def writable_finished(self) -> bool:
        """Whether everything is written; true just before `'finish'`.

        Reference: "writable.writableFinished".
        """
        return self._net_writer.end is WriteEnd.FINISHED

    @property
    def writable_length(self) -> int:
        """The bytes (objects) that wait to be written. Reference: "writable.writableLength"."""
        return self._net_writer.length

    @property
    def writable_high_water_mark(self) -> int:
        """The mark in bytes, or in objects. Reference: "writable.writableHighWaterMark"."""
        return self._net_writer.mark

    @property
    def writable_need_drain(self) -> bool:
        """Whether `write()` has answered False and `'drain'` is to come.

        Reference: "writable.writableNeedDrain".
        """
        side = self._net_writer
        return side.need_drain and side.end is WriteEnd.OPEN and self._net_life.state < DESTROYED

    @property
    def writable_corked(self) -> int:
        """How often `uncork()` must be called. Reference: "writable.writableCorked"."""
        return self._net_writer.corked

    @property
    def writable_object_mode(self) -> bool:
        """Whether chunks are any objects. Reference: "writable.writableObjectMode"."""
        return self._net_writer.objects

    # Writing.

    def write(
        self,
        chunk: Any,
        encoding: str | Callback | None = None,
        callback: Callback | None = None,
    ) -> bool:
        """Write bytes, or text in `encoding`; never blocks.

        Returns False when what waits has reached the high-water mark: `'drain'` follows.
        `callback(error_or_none)` is called when it was written, or has failed. Raises
        `ERR_STREAM_NULL_VALUES`, `ERR_UNKNOWN_ENCODING` and `ERR_INVALID_ARG_TYPE` for a bad
        chunk; after `end()` an `ERR_STREAM_WRITE_AFTER_END` destroys the stream.
        Reference: "writable.write(chunk[, encoding][, callback])".
        """
        self._net_check_thread()
        if callable(encoding):
            encoding, callback = None, encoding
        if callback is not None:
            callback = fitting(callback, 1)
            if self._net_life.state is LIFE_CLOSED:
                self._net_meet_again()
        return self._net_writer.write(chunk, encoding, callback)

    def _write(self, chunk: Any, encoding: str, callback: Callback) -> None:
        """Take one chunk, then call `callback(error_or_none)`. For subclasses."""
        if self._writev is None:
            raise errors.method_not_implemented("_write()")
        self._writev([(chunk, encoding)], callback)

    def cork(self) -> None:
        """Queue what is written until `uncork()`. Reference: "writable.cork()"."""
        self._net_check_thread()
        self._net_writer.cork()

    def uncork(self) -> None:
        """Undo one `cork()`; the last one writes what was queued.

        Reference: "writable.uncork()".
        """
        self._net_check_thread()
        self._net_writer.uncork()

    def set_default_encoding(self, encoding: str) -> Self:
        """The encoding of text that is written without one; raises `ERR_UNKNOWN_ENCODING`.

        Reference: "writable.setDefaultEncoding(encoding)".
        """
        self._net_check_thread()
        self._net_writer.default_encoding = codec.canonical(encoding)
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
        self._net_check_thread()
        if callable(chunk):
            chunk, encoding, callback = None, None, chunk
        elif callable(encoding):
            encoding, callback = None, encoding
        if callback is not None:
            callback = fitting(callback, 1)
            if self._net_life.state is LIFE_CLOSED:
                self._net_meet_again()
        end(self._net_writer, chunk, encoding, callback)
        return self

    def pipe(self, destination: Any, *, end: bool = True) -> Any:
        """A Writable cannot be read: `ERR_STREAM_CANNOT_PIPE` destroys it.

        Reference: Errors, "ERR_STREAM_CANNOT_PIPE".
        """
        self._net_check_thread()
        self._net_life.fail(errors.stream_cannot_pipe())

    def _net_holds(self, event: Hashable) -> tuple[Any, ...] | None:
        side = self._net_writer
        if (event == "finish" and side.end is WriteEnd.FINISHED) or (
            event == "drain" and side.writable and not side.need_drain
        ):
            return ()
        return super()._net_holds(event)


class _Sink:
    """The sink of a stream that stands on its own `_write`."""

    __slots__ = ("_final", "_writev", "write")

    def __init__(
        self,
        write: Callable[[Any, str, Callback], None],
        writev: Callable[[], Callable[[list[tuple[Any, str]], Callback], None] | None],
        final: Callable[[], Callable[[Callback], None] | None],
    ) -> None:
        self.write = write
        self._writev = writev
        self._final = final

    @property
    def writev(self) -> Callable[[list[tuple[Any, str]], Callback], None] | None:
        return self._writev()

    @property
    def final(self) -> Callable[[Callback], None] | None:
        return self._final()
