"""Transform: a Duplex that gives out what it makes of what it was given."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .. import errors
from ..events.abort import AbortSignal
from .duplex import Duplex
from .seams import Callback

__all__ = ["PassThrough", "Transform"]


class Transform(Duplex):
    """A stream whose output is made of its input, for subclasses that define `_transform`.

    `_transform(chunk, encoding, callback)` is called for one chunk at a time. It pushes as much as
    it likes and then calls `callback(error_or_none, chunk_or_none)`, which pushes the chunk, if
    there is one. `_flush(callback)` is called with the like of it when everything was written,
    before the end. While the reader does not keep up, nothing more is transformed. The options are
    those of `Duplex`.
    Reference: Stream, "Class: stream.Transform" and "new stream.Transform([options])".
    """

    __slots__ = ("_net_held",)

    #: Called once before the end; None if nothing is left to push then.
    _flush: Callable[[Callback], None] | None = None

    def __init__(
        self,
        *,
        allow_half_open: bool = True,
        readable: bool = True,
        writable: bool = True,
        high_water_mark: int | None = None,
        readable_high_water_mark: int | None = None,
        writable_high_water_mark: int | None = None,
        object_mode: bool = False,
        readable_object_mode: bool = False,
        writable_object_mode: bool = False,
        encoding: str | None = None,
        default_encoding: str = "utf8",
        decode_strings: bool = True,
        emit_close: bool = True,
        auto_destroy: bool = True,
        signal: AbortSignal | None = None,
    ) -> None:
        if 0 in (high_water_mark, readable_high_water_mark):
            # What the readable side must not buffer the writable side must not either.
            high_water_mark, readable_high_water_mark = None, 0
            writable_high_water_mark = writable_high_water_mark or 0
        #: The callback of a write whose output the reader has not taken yet.
        self._net_held: Callback | None = None
        super().__init__(
            allow_half_open=allow_half_open,
            readable=readable,
            writable=writable,
            high_water_mark=high_water_mark,
            readable_high_water_mark=readable_high_water_mark,
            writable_high_water_mark=writable_high_water_mark,
            object_mode=object_mode,
            readable_object_mode=readable_object_mode,
            writable_object_mode=writable_object_mode,
            encoding=encoding,
            default_encoding=default_encoding,
            decode_strings=decode_strings,
            emit_close=emit_close,
            auto_destroy=auto_destroy,
            signal=signal,
        )
        self._net_reader.pushes_by_itself()
        if getattr(self._final, "__func__", None) is not Transform._final:
            # A subclass with a `_final` of its own has its output ended all the same, as in Node.
            self.on("prefinish", self._net_flush)

    def _transform(self, chunk: Any, encoding: str, callback: Callback) -> None:
        """Push what `chunk` becomes, then call `callback(error_or_none, chunk_or_none)`."""
        raise errors.method_not_implemented("_transform()")

    def _write(self, chunk: Any, encoding: str, callback: Callback) -> None:
        reader, writer = self._net_reader, self._net_writer
        before = reader.length

        def transformed(error: BaseException | None = None, output: Any = None) -> None:
            if error is not None:
                callback(error)
                return
            if output is not None:
                self.push(output)
            if writer.is_ending or reader.length == before or reader.length < reader.mark:
                callback(None)
            else:
                self._net_held = callback

        self._transform(chunk, encoding, transformed)

    def _read(self, size: int) -> None:
        held, self._net_held = self._net_held, None
        if held is not None:
            held(None)

    def _final(self, callback: Callback) -> None:
        def flushed(error: BaseException | None = None, output: Any = None) -> None:
            if error is not None:
                callback(error)
                return
            if output is not None:
                self.push(output)
            self.push(None)
            callback(None)

        if self._flush is None or self.destroyed:
            flushed()
        else:
            self._flush(flushed)

    def _net_flush(self) -> None:
        def done(error: BaseException | None) -> None:
            if error is not None:
                self.destroy(error)

        Transform._final(self, done)


class PassThrough(Transform):
    """A Transform that gives out what it was given. Reference: "Class: stream.PassThrough"."""

    __slots__ = ()

    def _transform(self, chunk: Any, encoding: str, callback: Callback) -> None:
        callback(None, chunk)
