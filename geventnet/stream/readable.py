"""Readable: a source of chunks that are pushed in and read, or flow, out."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator
from typing import Any, Self

from .. import errors
from ..arguments import values
from ..events.abort import AbortSignal
from ..loop.waiting import Waiter
from . import codec
from .direct import did_read, find_direct
from .flow import listened, pause, resume, unlistened
from .life import Life, life_of
from .pipe import Pipe
from .read_side import ReadSide
from .seams import Callback
from .states import DESTROYED, LIFE_CLOSED, ReadEnd
from .stream import DEFAULT_HIGH_WATER_MARK, DEFAULT_OBJECT_MARK, Stream

__all__ = ["Readable", "read_mark"]


class Readable(Stream):
    """The readable side of a stream, for subclasses that define `_read(size)`.

    `_read` is called when there is room below `high_water_mark` (bytes; objects in
    `object_mode`); it calls `push(chunk)` then or later, and `push(None)` at the end.
    Raises `ERR_OUT_OF_RANGE`, `ERR_INVALID_ARG_TYPE` and `ERR_UNKNOWN_ENCODING` for bad options.
    Reference: Stream, "Class: stream.Readable" and "new stream.Readable([options])".
    """

    __slots__ = ()

    def __init__(
        self,
        *,
        high_water_mark: int | None = None,
        object_mode: bool = False,
        encoding: str | None = None,
        default_encoding: str = "utf8",
        emit_close: bool = True,
        auto_destroy: bool = True,
        signal: AbortSignal | None = None,
    ) -> None:
        mark = read_mark(high_water_mark, object_mode)
        life = self._net_begin(emit_close, auto_destroy)
        self._net_readable(life, mark, object_mode, encoding, default_encoding)
        self._net_started(signal)

    def _net_readable(
        self, life: Life, mark: int, objects: bool, encoding: str | None, default_encoding: str
    ) -> None:
        """Add the readable side."""
        self._net_reader = life.readable = ReadSide(
            life,
            # The method is looked up when it is called: an instance may be given its own.
            _Source(lambda size: self._read(size)),
            mark,
            objects,
            None if encoding is None else codec.Decoder(encoding),
            codec.canonical(default_encoding),
        )

    @staticmethod
    def from_(
        iterable: Iterable[Any],
        *,
        high_water_mark: int | None = None,
        object_mode: bool = True,
        encoding: str | None = None,
        default_encoding: str = "utf8",
        emit_close: bool = True,
        auto_destroy: bool = True,
        signal: AbortSignal | None = None,
    ) -> Readable:
        """Make a Readable of what can be iterated: each item is a chunk.

        bytes and str are one chunk each. Items are taken as they are wanted, one ahead unless
        `high_water_mark` says otherwise. What the iterator raises destroys the stream; a generator
        is closed when the stream is destroyed, with the error thrown into it if there is one. None
        cannot be an item: `ERR_STREAM_NULL_VALUES`. An iterator that blocks holds up whoever reads.
        Raises `ERR_INVALID_ARG_TYPE` for what cannot be iterated.
        Reference: "stream.Readable.from(iterable[, options])".
        """
        if isinstance(iterable, str | bytes | bytearray | memoryview):
            chunks: Iterator[Any] = iter((iterable,))
        elif isinstance(iterable, Iterable):
            chunks = iter(iterable)
            high_water_mark = 1 if high_water_mark is None else high_water_mark
        else:
            raise errors.invalid_arg_type("iterable", "Iterable", iterable)
        return _Iterated(
            chunks,
            high_water_mark=high_water_mark,
            object_mode=object_mode,
            encoding=encoding,
            default_encoding=default_encoding,
            emit_close=emit_close,
            auto_destroy=auto_destroy,
            signal=signal,
        )

    # Properties.

    @property
    def readable(self) -> bool:
        """Whether `read()` can be called: not destroyed, not at its end.

        Reference: "readable.readable".
        """
        return self._net_reader.readable

    @property
    def readable_aborted(self) -> bool:
        """Whether the stream was destroyed before `'end'`.

        Reference: "readable.readableAborted".
        """
        return self._net_reader.aborted

    @property
    def readable_did_read(self) -> bool:
        """Whether `'data'` was ever emitted. Reference: "readable.readableDidRead"."""
        return did_read(self._net_reader)

    @property
    def readable_encoding(self) -> str | None:
        """The encoding given to `set_encoding`. Reference: "readable.readableEncoding"."""
        return self._net_reader.encoding

    @property
    def readable_ended(self) -> bool:
        """Whether `'end'` was emitted. Reference: "readable.readableEnded"."""
        return self._net_reader.end is ReadEnd.ENDED

    @property
    def readable_flowing(self) -> bool | None:
        """True, False, or None before anybody has asked for data.

        Reference: "readable.readableFlowing".
        """
        return self._net_reader.flowing

    @property
    def readable_high_water_mark(self) -> int:
        """The mark in bytes, or in objects. Reference: "readable.readableHighWaterMark"."""
        return self._net_reader.mark

    @property
    def readable_length(self) -> int:
        """The bytes (characters, objects) in the buffer. Reference: "readable.readableLength"."""
        return self._net_reader.length

    @property
    def readable_object_mode(self) -> bool:
        """Whether chunks are any objects. Reference: "readable.readableObjectMode"."""
        return self._net_reader.objects

    # The producer's side.

    def _read(self, size: int) -> None:
        """Fetch about `size` bytes and `push` them, now or later. For subclasses."""
        raise errors.method_not_implemented("_read()")

    def push(self, chunk: Any, encoding: str | None = None) -> bool:
        """Add `chunk` to the end of what can be read; None is the end of it.

        Returns False when the producer should wait for the next `_read`. For use by subclasses.
        Reference: "readable.push(chunk[, encoding])".
        """
        self._net_check_thread()
        return self._net_reader.push(chunk, encoding)

    def unshift(self, chunk: Any, encoding: str | None = None) -> bool:
        """Put `chunk` back to the front of what can be read; None is the end of the stream.

        After `'end'` it is an `ERR_STREAM_UNSHIFT_AFTER_END_EVENT`.
        Reference: "readable.unshift(chunk[, encoding])".
        """
        self._net_check_thread()
        return self._net_reader.unshift(chunk, encoding)

    # The consumer's side.

    def read(self, size: int | None = None) -> Any:
        """Take `size` bytes (characters, in object mode one object) out of the buffer.

        Without a size: all of it. None if there are not so many; at the end, what is left. The
        chunk is also emitted as `'data'`, inside this call. Never blocks. `read(0)` only asks for
        more. Raises `ERR_INVALID_ARG_TYPE` and `ERR_OUT_OF_RANGE`.
        Reference: "readable.read([size])".
        """
        self._net_check_thread()
        return self._net_reader.read(size)

    def set_encoding(self, encoding: str | None = "utf8") -> Self:
        """Give text instead of bytes from now on: to `'data'` and from `read()`.

        A character that arrives in two parts is given whole. Raises `ERR_UNKNOWN_ENCODING`.
        Reference: "readable.setEncoding(encoding)".
        """
        self._net_check_thread()
        if encoding is None or encoding == "":
            encoding = "utf8"
        self._net_reader.set_encoding(encoding)
        return self

    def is_paused(self) -> bool:
        """Whether the stream was paused. Reference: "readable.isPaused()"."""
        return self._net_reader.is_paused

    def pause(self) -> Self:
        """Stop the flow: no `'data'` until `resume()`. Emits `'pause'` inside the call.

        Reference: "readable.pause()".
        """
        self._net_check_thread()
        side = self._net_reader
        if pause(side):
            self.emit("pause")
        side.paused = True
        return self

    def resume(self) -> Self:
        """Let the data flow, into nothing if nobody listens. `'resume'` follows.

        With a `'readable'` listener it has no effect. Reference: "readable.resume()".
        """
        self._net_check_thread()
        resume(self._net_reader)
        return self

    def pipe(self, destination: Any, *, end: bool = True) -> Any:
        """Write all data to `destination`, no faster than it takes it; returns `destination`.

        With `end`, it is ended when this stream ends. `'pipe'` is emitted on it inside the call.
        Raises `ERR_INVALID_ARG_TYPE` for what is no emitter that can be written to.
        Reference: "readable.pipe(destination[, options])".
        """
        self._net_check_thread()
        if not all(callable(getattr(destination, name, None)) for name in ("on", "emit", "write")):
            raise errors.invalid_arg_type("destination", "Writable", destination)
        life = life_of(destination)
        if life is not None:
            life.scheduler.check_thread()
        Pipe(self, self._net_reader, destination, end).start()
        return destination

    def unpipe(self, destination: Any = None) -> Self:
        """Undo `pipe(destination)`, or every one; `'unpipe'` is emitted inside the call.

        Reference: "readable.unpipe([destination])".
        """
        self._net_check_thread()
        side = self._net_reader
        pipes = side.pipes
        if not pipes:
            return self
        if destination is None:
            side.pipes = None
            self.pause()
            for pipe in pipes:
                pipe.detach()
            return self
        for pipe in pipes:
            if pipe.destination is destination:
                pipes.remove(pipe)
                if not pipes:
                    self.pause()
                pipe.detach()
                break
        return self

    def __iter__(self) -> Iterator[Any]:
        """Read chunk by chunk up to the end; blocks the calling greenlet.

        Raises the error that the stream fails with, and `ERR_STREAM_PREMATURE_CLOSE` when it closes
        before its end. Leaving the loop does not destroy the stream.
        Reference: "readable[Symbol.asyncIterator]()".
        """
        waiting: list[Waiter] = []

        def look(*_: object) -> None:
            while waiting:
                waiting.pop().wake()

        events = ("readable", "end", "error", "close")
        for event in events:
            self.on(event, look)
        try:
            while True:
                life = self._net_life
                chunk = self.read() if life.state < DESTROYED else None
                if chunk is not None:
                    yield chunk
                elif self._net_reader.end is ReadEnd.ENDED:
                    return
                elif life.state is LIFE_CLOSED or life.error_emitted:
                    raise life.ended_by()
                else:
                    waiter = Waiter(life.scheduler)
                    waiting.append(waiter)
                    waiter.wait(None, "iteration")
        finally:
            for event in events:
                self.off(event, look)

    # Listeners.

    def _net_holds(self, event: Hashable) -> tuple[Any, ...] | None:
        if event == "end" and self._net_reader.end is ReadEnd.ENDED:
            return ()
        return super()._net_holds(event)

    def _net_listened(self, event: Hashable) -> None:
        if listened(self._net_reader, event):
            self.resume()

    def _net_unlistened(self, event: Hashable | None) -> None:
        unlistened(self._net_reader, event)

    def _net_listeners_changed(self, event: Hashable | None) -> None:
        if event == "data" or event is None:
            find_direct(self._net_reader)


class _Iterated(Readable):
    """See `Readable.from_`."""

    __slots__ = ("_net_chunks", "_net_taking")

    def __init__(self, chunks: Iterator[Any], **options: Any) -> None:
        self._net_chunks = chunks
        #: Whether the iterator runs, which nobody else may touch meanwhile.
        self._net_taking = False
        super().__init__(**options)

    def _read(self, size: int) -> None:
        if self._net_taking:
            return
        self._net_taking = True
        try:
            for chunk in self._net_chunks:
                if self.destroyed:
                    self._net_close(None)
                    return
                if chunk is None:
                    raise errors.stream_null_values()
                if not self.push(chunk):
                    return
            self.push(None)
        finally:
            self._net_taking = False

    def _destroy(self, error: BaseException | None, callback: Callback) -> None:
        if self._net_taking:
            callback(error)
            return
        try:
            self._net_close(error)
        except BaseException as failure:
            callback(failure)
        else:
            callback(error)

    def _net_close(self, error: BaseException | None) -> None:
        chunks = self._net_chunks
        if error is not None and hasattr(chunks, "throw"):
            try:
                chunks.throw(error)
            except StopIteration:
                return
        if hasattr(chunks, "close"):
            chunks.close()


# What it is to the program.
_Iterated.__name__ = _Iterated.__qualname__ = "Readable"


class _Source:
    """The source of a stream that stands on its own `_read`."""

    __slots__ = ("read",)

    def __init__(self, read: Callable[[int], None]) -> None:
        self.read = read


def read_mark(mark: int | None, objects: bool) -> int:
    """The high-water mark that an option stands for; raises `ERR_INVALID_ARG_VALUE`."""
    if type(mark) is int and mark >= 0:
        return mark
    if mark is None:
        return DEFAULT_OBJECT_MARK if objects else DEFAULT_HIGH_WATER_MARK
    return values.high_water_mark(mark)
