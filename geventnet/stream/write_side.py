"""WriteSide: the writable side of a stream, without its public names.

A write is queued (in `_queue`: another one is under way, the stream is corked or not constructed
yet), then under way (the sink was asked to take it, and calls `on_write`), then written: what
follows is in `written`, and what follows `end()` in `ending`.

A sink that takes bytes at once and keeps what the system does not take is an `Outlet`. `direct` is
the outlet while nothing is queued, under way, corked, ended or failed: bytes may go straight to it.
Whatever changes one of these calls `_find_direct`.
"""

from __future__ import annotations

from collections import deque
from typing import Any, NamedTuple

from greenlet import getcurrent

from .. import errors
from ..arguments import values
from ..loop.tasks import WRITE, is_transport_step
from . import codec
from .buffer import SHORT
from .callbacks import call_all, shared
from .ending import become, finish_maybe
from .gone import GONE
from .life import Life
from .seams import Callback, Outlet, Sink
from .states import CONSTRUCTING, DESTROYED, LIVE, WriteEnd
from .written import Due, after_sync_write, after_write, fail_later, write_failed

__all__ = ["WriteSide"]

OPEN = WriteEnd.OPEN
ENDING = WriteEnd.ENDING
PREFINISHED = WriteEnd.PREFINISHED
FINISHED = WriteEnd.FINISHED


class _Queued(NamedTuple):
    chunk: Any
    encoding: str
    callback: Callback | None


class WriteSide:
    """The state of the writable side, and what changes it."""

    __slots__ = (
        "_callback",
        "_decode_strings",
        "_expects_callback",
        "_outlet",
        "_queue",
        "_writing_length",
        "after_write_scheduled",
        "callbacks_due",
        "corked",
        "default_encoding",
        "direct",
        "end",
        "failure_due",
        "finish_callbacks",
        "flushing",
        "gathers",
        "length",
        "life",
        "mark",
        "need_drain",
        "objects",
        "pending",
        "present",
        "sink",
        "sync",
        "taken",
        "writing",
    )

    def __init__(
        self,
        life: Life,
        sink: Sink,
        mark: int,
        objects: bool = False,
        decode_strings: bool = True,
        default_encoding: str = "utf8",
        gathers: bool = False,
    ) -> None:
        self.life: Life = life
        #: Whether the boundaries between chunks mean nothing: short ones that wait are coalesced.
        self.gathers: bool = gathers
        self.sink: Sink = sink
        self._outlet: Outlet | None = None
        self.direct: Outlet | None = None
        self.mark: int = mark
        self.objects: bool = objects
        self._decode_strings = decode_strings
        self.default_encoding: str = default_encoding
        #: Whether the stream can be written at all.
        self.present: bool = True
        self.end: WriteEnd = OPEN
        self._queue: deque[_Queued] | None = None
        #: What is queued or under way (bytes, or objects).
        self.length: int = 0
        #: How much of what had to wait the sink has taken so far.
        self.taken: int = 0
        self.writing: bool = False
        self._writing_length = 0
        self._callback: Callback | None = None
        self.sync: bool = True
        self._expects_callback = False
        self.flushing: bool = False
        self.corked: int = 0
        self.need_drain: bool = False
        #: The callbacks that must come before `'finish'`.
        self.pending: int = 0
        self.after_write_scheduled: bool = False
        self.callbacks_due: Due | None = None
        self.failure_due: bool = False
        self.finish_callbacks: list[Callback] | None = None

    def renewed(self, life: Life, sink: Sink) -> WriteSide:
        """The writable side of the stream's next life.

        Those who wait for a write of this one are told that it has failed.
        """
        last = self.life
        if self.writing:
            # What follows the write that is under way fails as it does.
            error = last.errored
            failed = [] if self._callback is None else [self._callback]
            failed += [entry.callback for entry in self._queue or () if entry.callback is not None]
            finishers = self.finish_callbacks or []
            self._callback = self.finish_callbacks = self._queue = None
            self._expects_callback = self.writing = False
            for callbacks, reason in ((failed, "write"), (finishers, "end")):
                if callbacks:
                    failure = error or errors.stream_destroyed(reason)
                    last.scheduler.call_soon(last, WRITE, call_all, last, callbacks, failure)
        elif self._queue or self.finish_callbacks:
            # destroy() has deferred it, unless it was cut short or not called.
            last.scheduler.call_soon(last, WRITE, self.fail_queued)
        self.detach()
        side = WriteSide(
            life,
            sink,
            self.mark,
            self.objects,
            self._decode_strings,
            self.default_encoding,
            self.gathers,
        )
        side.present = self.present
        side.corked = self.corked
        if not self.present:
            side.end = FINISHED
        return side

    # State.

    def remove(self) -> None:
        """The stream cannot be written."""
        self.present = False
        become(self, FINISHED)

    @property
    def writable(self) -> bool:
        """Whether something can still be written."""
        life = self.life
        return self.present and self.end is OPEN and life.state < DESTROYED and life.errored is None

    @property
    def is_done(self) -> bool:
        """Whether there is no end to come."""
        return self.end is FINISHED

    def describe(self) -> str:
        """What this side does, in a few words."""
        if self.end is FINISHED:
            return "finished"
        state = "writable" if self.end is OPEN else "ending"
        return f"{state} ({self.length} waiting)" if self.length else state

    @property
    def aborted(self) -> bool:
        """Whether the stream was destroyed before everything was written."""
        life = self.life
        return (
            self.present
            and (life.state >= DESTROYED or life.errored is not None)
            and self.end is not FINISHED
        )

    @property
    def is_ending(self) -> bool:
        """Whether `end()` was called."""
        return self.end is not OPEN

    @property
    def is_idle(self) -> bool:
        """Whether nothing is queued or under way."""
        return not self.writing and not self._queue

    def queued_bytes(self) -> int:
        """The bytes that were written and not handed to the sink."""
        return sum(len(entry.chunk) for entry in self._queue) if self._queue else 0

    def _find_direct(self) -> None:
        life = self.life
        outlet = self._outlet
        self.direct = (
            outlet
            if outlet is not None
            and self.end is OPEN
            and not self.writing
            and not self._queue
            and not self.corked
            and life.state < DESTROYED
            and life.errored is None
            else None
        )
        life.changed()

    @property
    def is_attached(self) -> bool:
        """Whether there is an outlet."""
        return self._outlet is not None

    def attach(self, outlet: Outlet) -> None:
        """Bytes go to `outlet` now, past the queue where that is empty."""
        self._outlet = outlet
        self._find_direct()

    def detach(self) -> None:
        """The outlet is closed."""
        self._outlet = self.direct = None

    def flush(self) -> None:
        """Send what the outlet has coalesced."""
        if self.direct is not None:
            self.direct.flush()

    # Writing.

    def write(self, chunk: Any, encoding: str | None, callback: Callback | None) -> bool:
        """Queue or hand over one chunk; the answer of `write()`."""
        return self.accept(chunk, encoding, callback) is True

    def accept(
        self, chunk: Any, encoding: str | None, callback: Callback | None
    ) -> bool | BaseException:
        """The answer of a write, or what is wrong with the stream that it was made on."""
        chunk, encoding = self.outgoing(chunk, encoding)
        error: BaseException
        if self.end is not OPEN:
            error = errors.stream_write_after_end()
        elif self.life.state >= DESTROYED:
            error = errors.stream_destroyed("write")
        else:
            self.pending += 1
            return self._write_or_queue(chunk, encoding, callback)
        self.refuse(callback, error)
        self.life.fail(error, True)
        return error

    def refuse(self, callback: Callback | None, error: BaseException) -> None:
        """Tell whoever wrote what was not taken."""
        if callback is not None:
            self.life.scheduler.call_soon(self.life, WRITE, callback, error)

    def outgoing(self, chunk: Any, encoding: str | None) -> tuple[Any, str]:
        """A chunk as the sink takes it; raises `NetError` for what cannot be written."""
        if chunk is None:
            raise errors.stream_null_values()
        if self.objects:
            return chunk, encoding or self.default_encoding
        if encoding is not None and encoding != "buffer":
            encoding = codec.canonical(encoding)
        if isinstance(chunk, str):
            encoding = encoding or self.default_encoding
            if self._decode_strings:
                return codec.encode(chunk, encoding), "buffer"
            return chunk, encoding
        return values.as_bytes(chunk), "buffer"

    def send(self, data: bytes) -> None:
        """Write the bytes of a greenlet that waits until they are sent."""
        self.pending += 1
        self._write_or_queue(data, "buffer", None)
        self.send_corked()

    def _write_or_queue(self, chunk: Any, encoding: str, callback: Callback | None) -> bool:
        length = 1 if self.objects else len(chunk)
        self.length += length
        life = self.life
        if self.writing or self.corked or life.errored is not None or life.state is CONSTRUCTING:
            self._enqueue(chunk, encoding, callback)
            self._find_direct()
        else:
            self._begin(length, callback)
            try:
                self.sink.write(chunk, encoding, self.on_write)
            finally:
                self.sync = False
        return self._answer()

    def _enqueue(self, chunk: Any, encoding: str, callback: Callback | None) -> None:
        queue = self._queue
        if queue is None:
            queue = self._queue = deque()
        if queue and self.gathers:
            last = queue[-1]
            if last.callback is None and len(last.chunk) + len(chunk) <= SHORT:
                queue[-1] = _Queued(last.chunk + chunk, encoding, callback)
                self.pending -= 1
                return
        queue.append(_Queued(chunk, encoding, callback))

    def _answer(self) -> bool:
        if self.length < self.mark or self.length == 0:
            life = self.life
            return life.state < DESTROYED and life.errored is None
        self.need_drain = True
        return False

    def _begin(self, length: int, callback: Callback | None) -> None:
        self._writing_length = length
        self._callback = callback
        self.writing = True
        self.sync = True
        self._expects_callback = True
        self.direct = None

    def on_write(self, error: BaseException | None = None) -> None:
        """The write that is under way is done, or has failed with `error`."""
        life = self.life
        if not self._expects_callback:
            life.fail(errors.multiple_callback())
            return
        # A transport's step is in no lane; callbacks and 'drain' are in WRITE.
        sync = self.sync or is_transport_step(life.scheduler.current)
        due = self.callbacks_due
        if due is not None and not sync and due.maker != id(getcurrent()):
            # Callbacks of earlier writes are deferred: this one must come after them.
            life.scheduler.call_soon(life, WRITE, self.on_write, error)
            return
        callback = self._callback
        self._callback = None
        self.writing = False
        self._expects_callback = False
        self.length -= self._writing_length
        if error is not None:
            self._writing_length = 0
            life.remember(error)
            self._find_direct()
            if sync:
                fail_later(self, error, callback)
            else:
                write_failed(self, error, callback)
            return
        if life.state < DESTROYED:
            # Bytes that destroy() drops do not count; the callback gets no error, as in Node.
            self.taken += self._writing_length
        self._writing_length = 0
        if sync:
            # Before the next write is made: its callback may be due at once, and comes later.
            after_sync_write(self, callback)
        if self._queue:
            self._write_queued()
            if sync and self.end is not OPEN:
                finish_maybe(self, True)
        if not sync:
            after_write(self, [callback] if callback is not None else [], 1)
        self._find_direct()

    def fail_queued(self) -> None:
        """What is queued is not written any more: tell those who wait for it."""
        if self.writing or self.failure_due:
            return
        callbacks: list[Callback] = []
        # As in Node, what fails when another life has begun is told nothing of the error.
        error = None if self.life.over else self.life.errored
        if self._queue:
            for chunk, _, callback in self._queue:
                self.length -= 1 if self.objects else len(chunk)
                if callback is not None:
                    callbacks.append(callback)
            self._queue.clear()
        finishers = self.finish_callbacks or []
        self.finish_callbacks = None
        finish_error = error or errors.stream_destroyed("end")
        try:
            call_all(self.life, callbacks, error or errors.stream_destroyed("write"))
        except BaseException:
            life = self.life
            life.scheduler.call_soon(life, WRITE, call_all, life, finishers, finish_error)
            raise
        call_all(self.life, finishers, finish_error)

    def _write_queued(self) -> None:
        """Hand what is queued to the sink: at once if it takes several, else one by one."""
        queue = self._queue
        life = self.life
        if not queue or self.corked or self.flushing or life.state is not LIVE:
            return
        self.flushing = True
        try:
            writev = self.sink.writev
            if len(queue) > 1 and writev is not None:
                entries = list(queue)
                queue.clear()
                self.pending -= len(entries) - 1
                callbacks = [entry.callback for entry in entries if entry.callback is not None]
                self._begin(self.length, shared(self.life, callbacks))
                try:
                    writev([(entry.chunk, entry.encoding) for entry in entries], self.on_write)
                finally:
                    self.sync = False
                return
            while queue and not self.writing:
                chunk, encoding, callback = queue.popleft()
                self._begin(1 if self.objects else len(chunk), callback)
                try:
                    if life.state >= DESTROYED:
                        self.on_write(errors.stream_destroyed("write"))
                    else:
                        self.sink.write(chunk, encoding, self.on_write)
                finally:
                    self.sync = False
        finally:
            self.flushing = False

    # What the outlet tells.

    def coalesced(self) -> None:
        """A write with a callback was coalesced with others."""
        self.pending += 1

    def all_sent(self, callbacks: list[Callback]) -> None:
        """What was coalesced is sent."""
        for callback in callbacks:
            after_sync_write(self, callback)

    def left_over(
        self, size: int, callbacks: list[Callback], error: BaseException | None = None
    ) -> bool:
        """Of what was coalesced something is left, or it has failed with `error`.

        It is the write that is under way now; the answer is that of `write()`.
        """
        self.pending += 1 - len(callbacks)
        self.length += size
        self._begin(size, shared(self.life, callbacks))
        if error is not None:
            self.on_write(error)
        self.sync = False
        if self.length < self.mark:
            return self.life.errored is None
        self.need_drain = True
        return False

    # Corking.

    def cork(self) -> None:
        """Queue what is written until `uncork()`."""
        self.flush()
        self.corked += 1
        self.direct = None

    def uncork(self) -> None:
        """Undo one `cork()`; the last one writes what was queued."""
        if self.corked:
            self.corked -= 1
            if not self.writing:
                self._write_queued()
            self._find_direct()

    def send_corked(self) -> None:
        """Send what is queued: a greenlet waits for it, and only that one might uncork."""
        corked = self.corked
        if corked and not self.writing:
            self.corked = 0
            try:
                self._write_queued()
            finally:
                self.corked = corked
                self._find_direct()

    # A greenlet that moves the bytes itself.

    def begin_own_write(self) -> None:
        """The caller moves bytes to the system itself: a write is under way until it is done."""
        self.pending += 1
        self._begin(0, None)
        self.sync = False

    # Ending.

    def finish_at_once(self) -> bool:
        """Finish, and tell nobody; False if something waits to be written."""
        if self.end is not OPEN or self.pending or self.writing or self._queue or self.corked:
            return False
        for end in (ENDING, PREFINISHED, FINISHED):
            become(self, end)
        self.direct = None
        return True

    # Life.

    def let_go(self) -> None:
        self.sink = GONE

    def constructed(self) -> None:
        if not self.writing:
            self._write_queued()
        if self.end is not OPEN:
            finish_maybe(self)

    def destroyed(self) -> None:
        self.direct = None
        if self._queue or self.finish_callbacks:
            self.life.scheduler.call_soon(self.life, WRITE, self.fail_queued)
