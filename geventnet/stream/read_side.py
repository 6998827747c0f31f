"""ReadSide: the readable side of a stream, without its public names.

`push` fills its buffer, `read` empties it, and `length` is what is in it. How chunks reach the
listeners is in `flow`, and how they go past this side in `direct`; the way to `'end'` is in `eof`,
and what a greenlet takes that blocks in `taking`.
"""

from __future__ import annotations

from typing import Any, Protocol

from .. import errors
from ..arguments import values
from ..events.registry import Registry
from ..loop.tasks import READ
from . import codec
from .buffer import ChunkQueue
from .direct import did_read, find_direct, untap
from .eof import become, schedule_end, source_ended
from .flow import emit_readable_later, set_flowing
from .gone import GONE
from .life import Life
from .seams import Source, Tap
from .states import CONSTRUCTING, DESTROYED, LIFE_CLOSED, LIVE, ReadEnd

__all__ = ["ReadSide"]

OPEN = ReadEnd.OPEN
EOF = ReadEnd.EOF
DUE = ReadEnd.DUE
ENDED = ReadEnd.ENDED

_MAX_MARK = 0x40000000


class Piping(Protocol):
    """What carries the chunks to one destination; see `pipe`."""

    destination: Any
    side: ReadSide

    def detach(self) -> None: ...


class ReadSide:
    """The state of the readable side, and what changes it."""

    __slots__ = (
        "_reading_more",
        "_source",
        "await_drain",
        "buffer",
        "decoder",
        "default_encoding",
        "direct_since",
        "emitted_readable",
        "end",
        "flowing",
        "flows",
        "gathers",
        "gave_out",
        "length",
        "life",
        "listeners",
        "mark",
        "need_readable",
        "objects",
        "paused",
        "pipes",
        "present",
        "readable_listening",
        "reading",
        "resume_scheduled",
        "sync",
        "tap",
    )

    def __init__(
        self,
        life: Life,
        source: Source,
        mark: int,
        objects: bool = False,
        decoder: codec.Decoder | None = None,
        default_encoding: str = "utf8",
        gathers: bool = False,
    ) -> None:
        self.life: Life = life
        #: Whether the boundaries between chunks mean nothing: short ones that wait are coalesced.
        self.gathers: bool = gathers
        self._source: Source = source
        self.listeners: Registry = life.registry
        self.mark: int = mark
        self.objects: bool = objects
        self.default_encoding: str = default_encoding
        self.decoder: codec.Decoder | None = decoder
        #: Whether the stream can be read at all.
        self.present: bool = True
        self.end: ReadEnd = OPEN
        self.flowing: bool | None = None
        self.paused: bool | None = None
        self.buffer: ChunkQueue | None = None
        self.length: int = 0
        #: Whether the source was asked for bytes that it has not pushed yet.
        self.reading: bool = False
        #: Whether what comes is told of later: the source is being asked, or was never asked.
        self.sync: bool = True
        self.need_readable: bool = False
        self.emitted_readable: bool = False
        self.readable_listening: bool = False
        self.resume_scheduled: bool = False
        self._reading_more = False
        self.tap: Tap | None = None
        #: Whether what the tap brings is given to the listeners at once; see `direct`.
        self.flows: bool = False
        self.direct_since: int = -1
        self.gave_out: bool = False
        self.pipes: list[Piping] | None = None
        self.await_drain: set[object] | None = None

    def renewed(self, life: Life, source: Source) -> ReadSide:
        """The readable side of the stream's next life, with the options that this one was given."""
        decoder = None if self.decoder is None else codec.Decoder(self.decoder.encoding)
        side = ReadSide(
            life, source, self.mark, self.objects, decoder, self.default_encoding, self.gathers
        )
        side.present = self.present
        side.flowing = self.flowing
        side.paused = self.paused
        side.need_readable = self.need_readable
        side.readable_listening = self.readable_listening
        side.gave_out = did_read(self)
        side.pipes = self.pipes
        side.await_drain = self.await_drain
        for pipe in self.pipes or ():
            pipe.side = side
        if not self.present:
            side.end = ENDED
        untap(self)
        return side

    # State.

    def remove(self) -> None:
        """The stream cannot be read."""
        self.present = False
        become(self, ENDED)

    @property
    def readable(self) -> bool:
        """Whether something can still be read."""
        life = self.life
        return (
            self.present
            and life.state < DESTROYED
            and not life.error_emitted
            and self.end is not ENDED
        )

    @property
    def is_done(self) -> bool:
        """Whether there is no end to come."""
        return self.end is ENDED

    def describe(self) -> str:
        """What this side does, in a few words."""
        if self.end is ENDED:
            return "ended"
        state = "readable" if self.flowing is None else "flowing" if self.flowing else "paused"
        return f"{state} ({self.length} waiting)" if self.length else state

    @property
    def aborted(self) -> bool:
        """Whether the stream was destroyed before its end."""
        life = self.life
        return (
            self.present
            and (life.state >= DESTROYED or life.errored is not None)
            and self.end is not ENDED
        )

    @property
    def encoding(self) -> str | None:
        return None if self.decoder is None else self.decoder.encoding

    @property
    def holds_part(self) -> bool:
        """Whether the beginning of a character waits for the rest of it."""
        return self.decoder is not None and self.decoder.holds()

    @property
    def is_paused(self) -> bool:
        return self.paused is True or self.flowing is False

    @property
    def has_data_listener(self) -> bool:
        return "data" in self.listeners

    @property
    def is_listened(self) -> bool:
        """Whether the chunks go to listeners."""
        return "data" in self.listeners or self.readable_listening

    # The producer's side.

    def pushes_by_itself(self) -> None:
        """Chunks may come although nobody has asked for any: each is given out as it comes."""
        self.sync = False

    def push(self, chunk: Any, encoding: str | None = None) -> bool:
        """Add `chunk` to the end; None is the end. False if the source should wait for `read`."""
        self.reading = False
        if chunk is None:
            source_ended(self)
            return False
        if not self.objects:
            chunk = self._incoming(chunk, encoding)
            if chunk is None:
                return False
            if not chunk:
                self._maybe_read_more()
                return self._can_push()
        if self.end is not OPEN:
            self.life.fail(errors.stream_push_after_eof())
            return False
        life = self.life
        if life.state >= DESTROYED or life.errored is not None:
            return False
        if self.decoder is not None and type(chunk) is bytes:
            chunk = self.decoder.write(chunk)
            if not chunk:
                self._maybe_read_more()
                return self._can_push()
        self._add_chunk(chunk)
        self._maybe_read_more()
        return self._can_push()

    def unshift(self, chunk: Any, encoding: str | None = None) -> bool:
        """Put `chunk` back to the front; None is the end of the stream."""
        if chunk is None:
            self.reading = False
            source_ended(self)
            return False
        if not self.objects:
            chunk = self._incoming(chunk, encoding)
            if chunk is None:
                return False
            if not chunk:
                return self._can_push()
            if self.decoder is not None and type(chunk) is bytes:
                chunk = codec.Decoder(self.decoder.encoding).write(chunk)
        if self.end is ENDED:
            self.life.fail(errors.stream_unshift_after_end_event())
        elif self.life.state >= DESTROYED or self.life.errored is not None:
            return False
        else:
            self._add_chunk(chunk, True)
            self._maybe_read_more()
        return self._can_push()

    def put_back(self, chunk: Any, encoding: str | None) -> None:
        """`unshift` on a stream that has failed, whose buffer a greenlet still reads."""
        if chunk is not None and self.end is not ENDED:
            data = self._incoming(chunk, encoding)
            if data:
                self.keep(data, True)

    def received(self, chunk: bytes) -> bool:
        """`push` of a tap, which goes on by itself until this returns False.

        While the data flow there is nothing to ask it for, so nothing is deferred.
        """
        if not self.flows or self.await_drain:
            return self.push(chunk)
        data: Any = chunk
        decoder = self.decoder
        if decoder is not None:
            decode = decoder.write
            data = decode(chunk)
            if not data:
                return True
        self.gave_out = True
        listeners = self.listeners.get("data")
        if isinstance(listeners, tuple):
            for listener in listeners:
                listener(data)
        elif listeners is not None:
            listeners(data)
        return True

    def ended(self) -> None:
        """The tap has ended."""
        if self.end is not ENDED:
            self.push(None)
            if self.end is EOF or self.length:
                self.read(0)

    def failed(self, error: BaseException) -> None:
        """The tap has failed."""
        self.life.stream.destroy(error)

    def stopped(self) -> None:
        """The tap has stopped by itself: it is asked again by the next `read`."""
        self.reading = False

    def _incoming(self, chunk: Any, encoding: str | None) -> bytes | str | None:
        """A pushed chunk as bytes, or as text that need not be decoded; None if it is neither."""
        if type(chunk) is bytes:
            return chunk
        if isinstance(chunk, str):
            encoding = codec.canonical(encoding) if encoding else self.default_encoding
            if self.decoder is not None and self.decoder.encoding == encoding:
                return chunk
            return codec.encode(chunk, encoding)
        try:
            return values.as_bytes(chunk)
        except errors.NetError as error:
            self.life.fail(error)
            return None

    def _can_push(self) -> bool:
        return self.end is OPEN and (self.length < self.mark or self.length == 0)

    def _add_chunk(self, chunk: Any, front: bool = False) -> None:
        if self.flowing and not self.length and not self.sync and "data" in self.listeners:
            self.clear_await_drain()
            self.gave_out = True
            self.life.emit("data", chunk)
            return
        self.keep(chunk, front)
        if self.need_readable:
            emit_readable_later(self)

    def keep(self, chunk: Any, front: bool = False) -> None:
        """Put `chunk` into the buffer, and tell nobody."""
        if self.buffer is None:
            self.buffer = ChunkQueue()
        self.length += 1 if self.objects else len(chunk)
        find_direct(self)
        if front:
            self.buffer.prepend(chunk)
        elif self.gathers:
            self.buffer.gather(chunk)
        else:
            self.buffer.append(chunk)

    # The consumer's side.

    def read(self, size: int | None = None) -> Any:
        """Take `size` bytes (one object) out of the buffer, or all; None if there are fewer."""
        if size is not None and (isinstance(size, bool) or not isinstance(size, int)):
            raise errors.invalid_arg_type("size", "int", size)
        if size is not None and size > self.mark:
            if size > _MAX_MARK:
                raise errors.out_of_range("size", "<= 1GiB", size)
            self.mark = 1 << (size - 1).bit_length()
        if size is None and self.reading and not self.length and self.end is OPEN:
            # Nothing is there, and what comes was asked for.
            self.emitted_readable = False
            self.need_readable = True
            return None
        if size != 0:
            self.emitted_readable = False
        elif self.need_readable and (
            (self.length >= self.mark if self.mark else self.length > 0) or self.end is not OPEN
        ):
            if self.length == 0 and self.end is not OPEN:
                schedule_end(self)
            else:
                emit_readable_later(self)
            return None
        count = self._how_much(size)
        if count == 0 and self.end is not OPEN:
            if self.length == 0:
                schedule_end(self)
            return None
        wants = self.need_readable or self.length == 0 or self.length - count < self.mark
        life = self.life
        if (
            wants
            and not self.reading
            and self.end is OPEN
            and life.state is LIVE
            and life.errored is None
        ):
            self.ask()
            if not self.reading:
                count = self._how_much(size)
        return self._take(count, size)

    def ask(self) -> None:
        """Ask the source for bytes."""
        self.reading = True
        self.sync = True
        if self.length == 0:
            self.need_readable = True
        try:
            tap = self.tap
            if tap is not None:
                tap.start()
            else:
                self._source.read(self.mark)
        except Exception as error:
            self.life.fail(error)
        finally:
            self.sync = False

    def _take(self, count: int, asked: int | None) -> Any:
        chunk = self.pop(count) if count > 0 else None
        if chunk is None:
            if self.length <= self.mark:
                self.need_readable = True
            count = 0
        else:
            self.clear_await_drain()
        if self.length == 0:
            if self.end is OPEN:
                self.need_readable = True
            if count:
                find_direct(self)
            if asked != count and self.end is not OPEN:
                schedule_end(self)
        life = self.life
        if chunk is not None and not life.error_emitted and life.state is not LIFE_CLOSED:
            self.gave_out = True
            if "data" in self.listeners:
                life.emit("data", chunk)
        return chunk

    def pop(self, count: int) -> Any:
        """Take `count` bytes, or one object, out of the buffer; None if it is empty."""
        buffer = self.buffer
        if not buffer:
            return None
        if self.objects:
            self.length -= 1
            return buffer.first()
        if count >= self.length:
            self.length = 0
            return buffer.all()
        self.length -= count
        return buffer.take(count)

    def peek(self, count: int) -> bytes:
        """The first `count` bytes of the buffer, which stay there."""
        assert self.buffer is not None
        data: bytes = self.buffer.peek(count)
        return data

    def find(self, part: bytes, start: int) -> int:
        """Where `part` begins in the buffer, at `start` or after it; -1 if it is not there."""
        assert self.buffer is not None
        return self.buffer.find(part, start, self.length)

    def _how_much(self, size: int | None) -> int:
        length = self.length
        if (size is not None and size <= 0) or (length == 0 and self.end is not OPEN):
            return 0
        if self.objects:
            return 1
        if size is None:
            if self.flowing and length:
                assert self.buffer is not None
                return self.buffer.first_length()
            return length
        if size <= length:
            return size
        return length if self.end is not OPEN else 0

    def set_encoding(self, encoding: str) -> None:
        """Decode what is in the buffer and what comes."""
        self.decoder = decoder = codec.Decoder(encoding)
        if self.buffer:
            text = "".join(
                decoder.write(chunk) if isinstance(chunk, bytes) else chunk
                for chunk in self.buffer.drain()
            )
            if text:
                self.buffer.append(text)
            self.length = len(text)
        find_direct(self)

    def _maybe_read_more(self) -> None:
        if not self._reading_more and self.life.state is not CONSTRUCTING:
            self._reading_more = True
            self.life.scheduler.call_soon(self.life, READ, self._read_more)

    def _read_more(self) -> None:
        try:
            while (
                not self.reading
                and self.end is OPEN
                and (self.length < self.mark or (self.flowing and self.length == 0))
            ):
                length = self.length
                self.read(0)
                if length == self.length:
                    break
        finally:
            self._reading_more = False

    def clear_await_drain(self) -> None:
        """No destination of a pipe holds the source back any more."""
        if self.await_drain is not None:
            self.await_drain.clear()

    def let_go(self) -> None:
        self._source = GONE

    # An end that nobody would hear of.

    @property
    def ends_unheard(self) -> bool:
        at_end = self.end is ENDED or (self.end is DUE and not self.length)
        return at_end and "end" not in self.listeners

    def end_unheard(self) -> None:
        if self.end is DUE:
            become(self, ENDED)

    # Life.

    def constructed(self) -> None:
        if self.need_readable:
            self._maybe_read_more()

    def listener_failed(self) -> None:
        """A listener has raised: nothing flows any more."""
        set_flowing(self, False)

    def destroyed(self) -> None:
        untap(self)
