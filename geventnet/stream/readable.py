"""Readable: a source of chunks that are pushed in and read, or flow, out.

The flow, `_flowing`, changes in `_set_flowing` only:

=======  ==========================================================================================
None     nobody has said how chunks are wanted: they stay in the buffer
True     chunks are emitted as `'data'` as they come (`on("data")`, `resume()`, `pipe()`)
False    chunks stay in the buffer until `read()` (`pause()`, `on("readable")`)
=======  ==========================================================================================

The end: `push(None)` sets `_ended`; once the buffer is empty as well, `_end_readable` defers
`_emit_end`, which sets `_end_emitted`.

`_direct` is the only `'data'` listener when a chunk may go straight to it: the stream flows, holds
nothing, decodes nothing and has not ended. Whatever changes one of these calls `_find_direct`.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from typing import TYPE_CHECKING, Any, Self

from .. import errors, validate
from ..abort import AbortSignal
from ..events import EventEmitter
from ..turn import READ, Parking
from . import codec
from .base import Stream
from .chunks import ChunkQueue

if TYPE_CHECKING:
    from .pipe import Pipe
    from .writable import Writable

__all__ = ["DEFAULT_HIGH_WATER_MARK", "DEFAULT_OBJECT_MARK", "Readable"]

DEFAULT_HIGH_WATER_MARK = 16384
DEFAULT_OBJECT_MARK = 16
_MAX_MARK = 0x40000000


def as_bytes(chunk: Any, name: str = "chunk", text: bool = True) -> bytes:
    """The bytes of a bytes-like object; raises `ERR_INVALID_ARG_TYPE` for anything else.

    `text` is whether the caller takes a str as well.
    """
    if type(chunk) is bytes:
        return chunk
    try:
        return bytes(memoryview(chunk))
    except TypeError:
        wanted = ["str", "bytes-like object"] if text else ["bytes-like object"]
        raise errors.invalid_arg_type(name, wanted, chunk) from None


class Readable(Stream):
    """The readable side of a stream, for subclasses that define `_read(size)`.

    `_read` is called when there is room below `high_water_mark` (bytes; objects in
    `object_mode`); it calls `push(chunk)` then or later, and `push(None)` at the end.
    Raises `ERR_OUT_OF_RANGE`, `ERR_INVALID_ARG_TYPE` and `ERR_UNKNOWN_ENCODING` for bad options.
    Reference: Stream, "Class: stream.Readable" and "new stream.Readable([options])".
    """

    __slots__ = ()

    _flowing: bool | None
    _paused: bool | None
    _buffer: ChunkQueue | None
    _decoder: codec.Decoder | None
    _direct: Callable[[bytes], object] | None
    _pipes: list[Pipe] | None
    _await_drain: set[Writable] | None
    _read_default_encoding: str
    _read_length: int
    _read_mark: int

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
        self._init_readable(high_water_mark, object_mode, encoding, default_encoding)
        self._init_stream(emit_close, auto_destroy, signal)
        self._has_readable = True

    def _init_readable(
        self,
        mark: int | None,
        objects: bool = False,
        encoding: str | None = None,
        default_encoding: str = "utf8",
    ) -> None:
        self._read_objects = objects
        if type(mark) is int and mark >= 0:
            self._read_mark = mark
        elif mark is None:
            self._read_mark = DEFAULT_OBJECT_MARK if objects else DEFAULT_HIGH_WATER_MARK
        else:
            self._read_mark = validate.high_water_mark(mark)
        self._read_default_encoding = (
            default_encoding if default_encoding == "utf8" else codec.canonical(default_encoding)
        )
        self._decoder = None if encoding is None else codec.Decoder(encoding)
        self._buffer = None
        self._read_length = 0
        self._flowing = None
        self._paused = None
        self._direct = None
        self._pipes = None
        self._await_drain = None
        self._ended = False
        self._end_emitted = self._end_scheduled = False
        self._reading = False
        self._read_sync = True
        self._need_readable = False
        self._emitted_readable = False
        self._readable_listening = False
        self._resume_scheduled = False
        self._reading_more = False
        self._did_read = False

    # Properties.

    @property
    def readable(self) -> bool:
        """Whether `read()` can be called: not destroyed, not at its end.

        Reference: "readable.readable".
        """
        return (
            self._has_readable
            and not self._destroyed
            and not self._error_emitted
            and not self._end_emitted
        )

    @property
    def readable_aborted(self) -> bool:
        """Whether the stream was destroyed before `'end'`.

        Reference: "readable.readableAborted".
        """
        return (
            self._has_readable
            and (self._destroyed or self._errored is not None)
            and not self._end_emitted
        )

    @property
    def readable_did_read(self) -> bool:
        """Whether `'data'` was ever emitted. Reference: "readable.readableDidRead"."""
        return self._did_read

    @property
    def readable_encoding(self) -> str | None:
        """The encoding given to `set_encoding`. Reference: "readable.readableEncoding"."""
        return None if self._decoder is None else self._decoder.encoding

    @property
    def readable_ended(self) -> bool:
        """Whether `'end'` was emitted. Reference: "readable.readableEnded"."""
        return self._end_emitted

    @property
    def readable_flowing(self) -> bool | None:
        """True, False, or None before anybody has asked for data.

        Reference: "readable.readableFlowing".
        """
        return self._flowing

    @property
    def readable_high_water_mark(self) -> int:
        """The mark in bytes, or in objects. Reference: "readable.readableHighWaterMark"."""
        return self._read_mark

    @property
    def readable_length(self) -> int:
        """The bytes (characters, objects) in the buffer. Reference: "readable.readableLength"."""
        return self._read_length

    @property
    def readable_object_mode(self) -> bool:
        """Whether chunks are any objects. Reference: "readable.readableObjectMode"."""
        return self._read_objects

    # The producer's side.

    def _read(self, size: int) -> None:
        """Fetch about `size` bytes and `push` them, now or later. For subclasses."""
        raise errors.method_not_implemented("_read()")

    def push(self, chunk: Any, encoding: str | None = None) -> bool:
        """Add `chunk` to the end of what can be read; None is the end of it.

        Returns False when the producer should wait for the next `_read`. For use by subclasses.
        Reference: "readable.push(chunk[, encoding])".
        """
        self._turn.check_thread()
        self._reading = False
        if chunk is None:
            self._on_eof()
            return False
        if not self._read_objects:
            chunk = self._incoming(chunk, encoding)
            if chunk is None:
                return False
            if not chunk:
                self._maybe_read_more()
                return self._can_push()
        if self._ended:
            self._fail(errors.stream_push_after_eof())
            return False
        if self._destroyed or self._errored is not None:
            return False
        if self._decoder is not None and type(chunk) is bytes:
            chunk = self._decoder.write(chunk)
            if not chunk:
                self._maybe_read_more()
                return self._can_push()
        self._add_chunk(chunk)
        self._maybe_read_more()
        return self._can_push()

    def unshift(self, chunk: Any, encoding: str | None = None) -> bool:
        """Put `chunk` back to the front of what can be read; None is the end of the stream.

        After `'end'` it is an `ERR_STREAM_UNSHIFT_AFTER_END_EVENT`.
        Reference: "readable.unshift(chunk[, encoding])".
        """
        self._turn.check_thread()
        if chunk is None:
            self._reading = False
            self._on_eof()
            return False
        if not self._read_objects:
            chunk = self._incoming(chunk, encoding)
            if chunk is None:
                return False
            if not chunk:
                return self._can_push()
            if self._decoder is not None and type(chunk) is bytes:
                chunk = codec.Decoder(self._decoder.encoding).write(chunk)
        if self._end_emitted:
            self._fail(errors.stream_unshift_after_end_event())
        elif self._destroyed or self._errored is not None:
            return False
        else:
            self._add_chunk(chunk, True)
            self._maybe_read_more()
        return self._can_push()

    def _push_from_source(self, chunk: bytes) -> bool:
        """`push` for a source that goes on by itself until it is told to stop.

        While the data flow there is nothing to ask it for, so nothing is deferred.
        """
        if (
            self._read_length
            or not self._flowing
            or self._ended
            or self._destroyed
            or self._await_drain
        ):
            return self.push(chunk)
        data: Any = chunk
        decoder = self._decoder
        if decoder is not None:
            decode = decoder.write
            data = decode(chunk)
            if not data:
                return True
        self._did_read = True
        for listener in self._events.get("data", ()):
            listener(data)
        return True

    def _incoming(self, chunk: Any, encoding: str | None) -> bytes | str | None:
        """A pushed chunk as bytes, or as text that need not be decoded; None if it is neither."""
        if type(chunk) is bytes:
            return chunk
        if isinstance(chunk, str):
            encoding = codec.canonical(encoding) if encoding else self._read_default_encoding
            if self._decoder is not None and self._decoder.encoding == encoding:
                return chunk
            return codec.encode(chunk, encoding)
        try:
            return as_bytes(chunk)
        except errors.NetError as error:
            self._fail(error)
            return None

    def _can_push(self) -> bool:
        return not self._ended and (self._read_length < self._read_mark or self._read_length == 0)

    def _add_chunk(self, chunk: Any, front: bool = False) -> None:
        if (
            self._flowing
            and not self._read_length
            and not self._read_sync
            and "data" in self._events
        ):
            self._clear_await_drain()
            self._did_read = True
            self.emit("data", chunk)
            return
        if self._buffer is None:
            self._buffer = ChunkQueue()
        self._read_length += 1 if self._read_objects else len(chunk)
        self._direct = None
        if front:
            self._buffer.prepend(chunk)
        elif self._gathers:
            self._buffer.gather(chunk)
        else:
            self._buffer.append(chunk)
        if self._need_readable:
            self._emit_readable_later()

    def _on_eof(self) -> None:
        if self._ended:
            return
        if self._decoder is not None:
            rest = self._decoder.end()
            if rest:
                if self._buffer is None:
                    self._buffer = ChunkQueue()
                self._buffer.append(rest)
                self._read_length += 1 if self._read_objects else len(rest)
        self._ended = True
        self._direct = None
        if self._read_sync:
            self._emit_readable_later()
        else:
            self._need_readable = False
            self._emitted_readable = True
            self._emit_readable()

    # The consumer's side.

    def read(self, size: int | None = None) -> Any:
        """Take `size` bytes (characters, in object mode one object) out of the buffer.

        Without a size: all of it. None if there are not so many; at the end, what is left. The
        chunk is also emitted as `'data'`, inside this call. Never blocks. `read(0)` only asks for
        more. Raises `ERR_INVALID_ARG_TYPE` and `ERR_OUT_OF_RANGE`.
        Reference: "readable.read([size])".
        """
        self._turn.check_thread()
        if size is not None and (isinstance(size, bool) or not isinstance(size, int)):
            raise errors.invalid_arg_type("size", "int", size)
        if size is not None and size > self._read_mark:
            if size > _MAX_MARK:
                raise errors.out_of_range("size", "<= 1GiB", size)
            self._read_mark = 1 << (size - 1).bit_length()
        if size != 0:
            self._emitted_readable = False
        elif self._need_readable and (
            (self._read_length >= self._read_mark if self._read_mark else self._read_length > 0)
            or self._ended
        ):
            if self._read_length == 0 and self._ended:
                self._end_readable()
            else:
                self._emit_readable_later()
            return None
        count = self._how_much(size)
        if count == 0 and self._ended:
            if self._read_length == 0:
                self._end_readable()
            return None
        wants = (
            self._need_readable
            or self._read_length == 0
            or self._read_length - count < self._read_mark
        )
        if (
            wants
            and not self._reading
            and not self._ended
            and not self._destroyed
            and self._errored is None
            and self._constructed
        ):
            self._ask()
            if not self._reading:
                count = self._how_much(size)
        return self._take(count, size)

    def _ask(self) -> None:
        self._reading = True
        self._read_sync = True
        if self._read_length == 0:
            self._need_readable = True
        try:
            self._read(self._read_mark)
        except Exception as error:
            self._fail(error)
        finally:
            self._read_sync = False

    def _take(self, count: int, asked: int | None) -> Any:
        chunk = self._pop(count) if count > 0 else None
        if chunk is None:
            if self._read_length <= self._read_mark:
                self._need_readable = True
            count = 0
        else:
            self._clear_await_drain()
        if self._read_length == 0:
            if not self._ended:
                self._need_readable = True
            self._find_direct()
            if asked != count and self._ended:
                self._end_readable()
        if chunk is not None and not self._error_emitted and not self._close_emitted:
            self._did_read = True
            if "data" in self._events:
                self.emit("data", chunk)
        return chunk

    def _pop(self, count: int) -> Any:
        buffer = self._buffer
        if not buffer:
            return None
        if self._read_objects:
            self._read_length -= 1
            return buffer.first()
        if count >= self._read_length:
            self._read_length = 0
            return buffer.all()
        self._read_length -= count
        return buffer.take(count)

    def _how_much(self, size: int | None) -> int:
        length = self._read_length
        if (size is not None and size <= 0) or (length == 0 and self._ended):
            return 0
        if self._read_objects:
            return 1
        if size is None:
            if self._flowing and length:
                assert self._buffer is not None
                return self._buffer.first_length()
            return length
        if size <= length:
            return size
        return length if self._ended else 0

    def set_encoding(self, encoding: str | None = "utf8") -> Self:
        """Give text instead of bytes from now on: to `'data'` and from `read()`.

        A character that arrives in two parts is given whole. Raises `ERR_UNKNOWN_ENCODING`.
        Reference: "readable.setEncoding(encoding)".
        """
        self._turn.check_thread()
        self._decoder = decoder = codec.Decoder(encoding or "utf8")
        self._direct = None
        if self._buffer:
            text = "".join(
                decoder.write(chunk) if isinstance(chunk, bytes) else chunk
                for chunk in self._buffer.drain()
            )
            if text:
                self._buffer.append(text)
            self._read_length = len(text)
        return self

    def is_paused(self) -> bool:
        """Whether the stream was paused. Reference: "readable.isPaused()"."""
        return self._paused is True or self._flowing is False

    def pause(self) -> Self:
        """Stop the flow: no `'data'` until `resume()`. Emits `'pause'` inside the call.

        Reference: "readable.pause()".
        """
        self._turn.check_thread()
        if self._flowing is not False:
            self._set_flowing(False)
            self.emit("pause")
        self._paused = True
        return self

    def resume(self) -> Self:
        """Let the data flow, into nothing if nobody listens. `'resume'` follows.

        With a `'readable'` listener it has no effect. Reference: "readable.resume()".
        """
        self._turn.check_thread()
        if not self._flowing:
            self._set_flowing(not self._readable_listening)
            self._schedule_resume()
        self._paused = False
        return self

    def pipe(self, destination: Any, *, end: bool = True) -> Any:
        """Write all data to `destination`, no faster than it takes it; returns `destination`.

        With `end`, it is ended when this stream ends. `'pipe'` is emitted on it inside the call.
        Raises `ERR_INVALID_ARG_TYPE` for what is no emitter that can be written to.
        Reference: "readable.pipe(destination[, options])".
        """
        self._turn.check_thread()
        from .pipe import Pipe

        if not all(callable(getattr(destination, name, None)) for name in ("on", "emit", "write")):
            raise errors.invalid_arg_type("destination", "Writable", destination)
        if isinstance(destination, EventEmitter):
            destination._check_thread()
        Pipe(self, destination, end).start()
        return destination

    def unpipe(self, destination: Any = None) -> Self:
        """Undo `pipe(destination)`, or every one; `'unpipe'` is emitted inside the call.

        Reference: "readable.unpipe([destination])".
        """
        self._turn.check_thread()
        pipes = self._pipes
        if not pipes:
            return self
        if destination is None:
            self._pipes = None
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
        parked: list[Parking] = []

        def look(*_: object) -> None:
            while parked:
                parked.pop().wake(None)

        events = ("readable", "end", "error", "close")
        for event in events:
            self.on(event, look)
        try:
            while True:
                chunk = self.read()
                if chunk is not None:
                    yield chunk
                elif self._end_emitted:
                    return
                elif self._close_emitted or self._error_emitted:
                    raise self._ended_by()
                else:
                    parking = Parking(self._turn)
                    parked.append(parking)
                    parking.park(None, "iteration")
        finally:
            for event in events:
                self.off(event, look)

    # Listeners.

    def _holds(self, event: Hashable) -> tuple[Any, ...] | None:
        if event == "end" and self._end_emitted:
            return ()
        return super()._holds(event)

    def _listened(self, event: Hashable) -> None:
        if event == "data":
            self._readable_listening = "readable" in self._events
            if self._flowing is not False:
                self.resume()
        elif event == "readable" and not self._end_emitted and not self._readable_listening:
            self._readable_listening = True
            self._need_readable = True
            self._set_flowing(False)
            self._emitted_readable = False
            if self._read_length:
                self._emit_readable_later()
            elif not self._reading:
                self._turn.defer(self, READ, self.read, 0)

    def _unlistened(self, event: Hashable | None) -> None:
        if event == "readable" or event is None:
            goes_on = event is None and self._flowing is True
            self._turn.defer(self, READ, self._update_readable_listening, goes_on)

    def _listeners_changed(self, event: Hashable | None) -> None:
        if event == "data" or event is None:
            self._find_direct()

    def _update_readable_listening(self, goes_on: bool) -> None:
        self._readable_listening = "readable" in self._events
        if self._resume_scheduled and self._paused is False:
            self._set_flowing(True)
        elif "data" in self._events:
            self.resume()
        elif not self._readable_listening and not (goes_on and self._flowing):
            self._set_flowing(None)

    def _listener_failed(self, error: BaseException | None) -> None:
        super()._listener_failed(error)
        self._set_flowing(False)

    # The flow.

    def _set_flowing(self, flowing: bool | None) -> None:
        self._flowing = flowing
        self._find_direct()

    def _find_direct(self) -> None:
        direct = None
        if (
            self._flowing
            and not self._read_length
            and self._decoder is None
            and not self._ended
            and not self._destroyed
            and not self._read_objects
        ):
            listeners = self._events.get("data", ())
            if len(listeners) == 1:
                direct = listeners[0]
        self._direct = direct

    def _schedule_resume(self) -> None:
        if not self._resume_scheduled:
            self._resume_scheduled = True
            self._turn.defer(self, READ, self._resume_now)

    def _resume_now(self) -> None:
        if not self._reading:
            self.read(0)
        self._resume_scheduled = False
        if self._close_emitted:
            return
        self.emit("resume")
        self._flow()
        if self._flowing and not self._reading:
            self.read(0)

    def _flow(self) -> None:
        while self._flowing and self.read() is not None:
            pass

    def _emit_readable_later(self) -> None:
        self._need_readable = False
        if not self._emitted_readable:
            self._emitted_readable = True
            self._turn.defer(self, READ, self._emit_readable)

    def _emit_readable(self) -> None:
        if not self._destroyed and self._errored is None and (self._read_length or self._ended):
            self.emit("readable")
            self._emitted_readable = False
        if not self._flowing and not self._ended and self._read_length <= self._read_mark:
            self._need_readable = True
        self._flow()

    def _maybe_read_more(self) -> None:
        if not self._reading_more and self._constructed:
            self._reading_more = True
            self._turn.defer(self, READ, self._read_more)

    def _read_more(self) -> None:
        try:
            while (
                not self._reading
                and not self._ended
                and (
                    self._read_length < self._read_mark
                    or (self._flowing and self._read_length == 0)
                )
            ):
                length = self._read_length
                self.read(0)
                if length == self._read_length:
                    break
        finally:
            self._reading_more = False

    def _clear_await_drain(self) -> None:
        if self._await_drain is not None:
            self._await_drain.clear()

    # The end.

    def _end_readable(self) -> None:
        if not self._end_emitted and not self._end_scheduled:
            self._ended = self._end_scheduled = True
            self._turn.defer(self, READ, self._emit_end)

    def _emit_end(self) -> None:
        if not self._end_scheduled:
            # The stream has started over since.
            return
        self._end_scheduled = False
        if (
            self._errored is not None
            or self._close_emitted
            or self._end_emitted
            or self._read_length
        ):
            return
        self._end_emitted = True
        self.emit("end")
        if self._end_emitted:
            self._after_end()

    def _restart_readable(self) -> None:
        """Start over: nothing was received, nothing has ended."""
        self._reading = self._end_scheduled = False
        self._ended = self._end_emitted = not self._has_readable
        self._buffer = None
        self._read_length = 0
        if self._decoder is not None:
            self._decoder = codec.Decoder(self._decoder.encoding)

    def _after_end(self) -> None:
        if self._auto_destroy:
            self.destroy()

    def _constructed_sides(self) -> None:
        if self._need_readable:
            self._maybe_read_more()
