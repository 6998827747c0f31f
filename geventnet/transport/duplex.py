"""DuplexTransport: a Transport on any Duplex of bytes, which gives it both faces of a Socket."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from .. import errors
from ..loop.tasks import FREE, READ, Step
from ..loop.waiting import Conditions
from ..stream.duplex import Duplex
from .protocol import Context, Done, Idle

__all__ = ["DuplexTransport"]


class _Reader:
    """The reading half: `read()` on `'readable'`, so that the stream's own mark holds it back."""

    __slots__ = (
        "_context",
        "_ended",
        "_reading",
        "_stream",
        "_told",
        "_waiting",
        "bytes_read",
        "direct",
        "idle",
    )

    def __init__(self, context: Context, stream: Duplex) -> None:
        self._context = context
        self._stream = stream
        self._waiting = Conditions(context.scheduler)
        self._reading = False
        self._ended = stream.readable_ended
        self._told = False
        self.direct: Callable[[bytes], object] | None = None
        self.bytes_read: int = 0
        self.idle: Idle | None = None
        stream.on("readable", self._changed)
        stream.on("end", self.end)

    has_user_buffer = False

    def end(self) -> None:
        """Nothing more comes."""
        self._ended = True
        self._changed()

    def _changed(self) -> None:
        if self._waiting:
            self._waiting.wake_all()
        else:
            self._pump_later()

    def _pump_later(self) -> None:
        if self._reading:
            context = self._context
            context.scheduler.call_soon(context.owner, READ, self._pump)

    def start(self) -> None:
        self._reading = True
        self._pump_later()

    def stop(self) -> None:
        self._reading = False

    def _pump(self) -> None:
        while self._reading and not self._waiting and not self._told:
            chunk = self._stream.read()
            if chunk is None:
                if self._ended:
                    self._told = True
                    self._context.sink.ended()
                return
            self._count(len(chunk))
            if self.direct is not None:
                self.direct(chunk)
            elif not self._context.sink.received(chunk):
                self.stop()

    def _count(self, size: int) -> None:
        self.bytes_read += size
        if self.idle is not None:
            self.idle.touch()

    def wait(self) -> None:
        if not (self._stream.readable_length or self._ended):
            self._waiting.wait(lambda: True, None, "read")

    def rouse(self) -> None:
        self._waiting.wake_all()

    def take_back(self) -> None:
        self._pump_later()

    def take(self, size: int) -> bytes:
        stream = self._stream
        chunk: bytes | None = stream.read(min(size, stream.readable_length) or None)
        if chunk is None:
            if not self._ended:
                raise errors.would_block()
            self._told = True
            return b""
        self._count(len(chunk))
        return chunk

    def take_into(self, buffer: memoryview) -> int:
        chunk = self.take(len(buffer))
        buffer[: len(chunk)] = chunk
        return len(chunk)

    def close(self) -> None:
        self._reading = False
        self._waiting.wake_all()
        self._stream.off("readable", self._changed)
        self._stream.off("end", self.end)


class _Writer:
    """The writing half: each write is under way until the stream has called back."""

    __slots__ = ("_context", "_done", "_stream", "_waiting", "bytes_written", "idle")

    def __init__(self, context: Context, stream: Duplex) -> None:
        self._context = context
        self._stream = stream
        self._waiting = Conditions(context.scheduler)
        self._done: Done | None = None
        self.bytes_written: int = 0
        self.idle: Idle | None = None
        stream.on("drain", self.rouse)

    def put(self, data: bytes) -> bool:
        self._context.scheduler.check_thread()
        self.write(data, self._context.completion.on_write)
        return self._context.completion.left_over(len(data), [])

    def put_with(self, data: bytes, callback: Done) -> bool:
        self._context.scheduler.check_thread()
        completion = self._context.completion
        completion.coalesced()
        self.write(data, completion.on_write)
        return completion.left_over(len(data), [callback])

    def flush(self) -> bool:
        return True

    def write(self, data: bytes, done: Done) -> None:
        self._done = done

        def tell(error: BaseException | None) -> None:
            if self._done is done:
                self._done = None
                done(error)

        def written(error: BaseException | None) -> None:
            # The callbacks of the Duplex wait for each other, and those of the Socket may block.
            context = self._context
            context.scheduler.run_soon(Step(context.owner, FREE, partial(tell, error)))

        self._send(data, written)

    def _send(self, data: bytes, written: Done | None) -> None:
        self.bytes_written += len(data)
        if self.idle is not None:
            self.idle.touch()
        self._stream.write(data, None, written)

    def send(self, data: bytes) -> int:
        if self._stream.writable_need_drain:
            raise errors.would_block()
        self._send(data, None)
        return len(data)

    def wait(self) -> None:
        if self._stream.writable_need_drain:
            self._waiting.wait(lambda: True, None, "write")

    def moved(self, size: int) -> None:
        """Nothing goes past this object."""

    def rouse(self) -> None:
        self._waiting.wake_all()

    def take_back(self) -> None:
        """Nothing was lent."""

    def cancel(self) -> Done | None:
        done, self._done = self._done, None
        return done

    def close(self) -> None:
        self.rouse()
        self._stream.off("drain", self.rouse)


class DuplexTransport:
    """Reads and writes a Duplex, whose events belong to it from now on."""

    __slots__ = ("_context", "_released", "_stream", "reader", "writer")

    handle = None

    def __init__(self, context: Context, stream: Duplex) -> None:
        if stream.readable_object_mode or stream.readable_encoding is not None:
            raise errors.invalid_arg_value("stream", stream, "must be read in bytes")
        self._context = context
        self._stream = stream
        self._released = False
        self.reader: _Reader = _Reader(context, stream)
        self.writer: _Writer = _Writer(context, stream)
        stream.on("error", self._on_error)
        stream.on("close", self._on_close)
        if stream.destroyed:
            context.scheduler.call_soon(context.owner, READ, self._on_close)

    def _on_error(self, error: BaseException) -> None:
        if not self._released:
            self._context.sink.failed(error)

    def _on_close(self, *_: object) -> None:
        stream = self._stream
        if not (self._released or (stream.readable_ended and stream.writable_finished)):
            self._context.sink.failed(stream.errored or errors.stream_premature_close())

    @property
    def bytes_written(self) -> int:
        return self.writer.bytes_written

    def cancel_write(self) -> Done | None:
        return self.writer.cancel()

    def flush(self) -> None:
        """Nothing is coalesced here."""

    def watch_idle(self, idle: Idle | None) -> None:
        self.reader.idle = self.writer.idle = idle

    def local(self) -> None:
        return None

    def peer(self) -> None:
        return None

    def shut_writing(self) -> None:
        self._stream.end()

    def shut_reading(self) -> None:
        self.reader.end()

    def abort(self) -> None:
        self._stream.destroy()

    def set_no_delay(self, enable: bool) -> None:
        """Nothing is sent here."""

    def set_keep_alive(self, enable: bool, delay: int, interval: int, probes: int) -> None:
        """There is no connection to keep alive."""

    def set_type_of_service(self, value: int) -> None:
        """There are no packets."""

    def type_of_service(self) -> int | None:
        return None

    def set_ref(self, ref: bool) -> None:
        """It keeps no program running."""

    def release(self) -> None:
        self._released = True
        self.reader.close()
        self.writer.close()

    def close(self) -> None:
        self.release()
        stream: Any = self._stream
        if stream.writable_ended and not stream.writable_finished:
            stream.once("finish", stream.destroy)
        else:
            stream.destroy()

    def forget(self) -> None:
        self.release()
