"""DescriptorWriter: sends what it is given; what the system does not take at once it sends later.

What a listener writes inside its own connection's step is coalesced, and sent when the listener
returns or blocks (the scheduler calls `flush`). With Nagle's algorithm on, everything is: a first
write that goes out directly and a rest that goes later would wait for the peer's delayed ACK. With
`no_delay` the first write of a step goes out directly.
"""

from __future__ import annotations

from typing import Any

from greenlet import getcurrent

from .. import errors
from ..loop.scheduler import Scheduler
from ..loop.tasks import FREE, Owner
from ..loop.unpatched import thread_ident
from ..loop.watchers import POLL_OUT, Watched
from .handles import Send, lacks_room
from .protocol import Context, Done, Idle

__all__ = ["DescriptorWriter"]

#: Coalescing copies, so it ends here even if the high-water mark is higher (bytes).
_MOST_COALESCED = 16384


class DescriptorWriter:
    """The writing half of a descriptor transport.

    The watcher for the descriptor is the `_Flusher`'s, which most connections never need.
    """

    __slots__ = (
        "_callbacks",
        "_coalesce_mark",
        "_coalesced",
        "_context",
        "_flusher",
        "bytes_written",
        "descriptor",
        "idle",
        "no_delay",
        "owner",
        "scheduler",
        "send_function",
    )

    def __init__(
        self,
        context: Context,
        reader: Watched,
        send: Send,
        no_delay: bool,
        idle: Idle | None,
    ) -> None:
        self.owner: Owner = reader.owner
        self.scheduler: Scheduler = reader.scheduler
        self._context = context
        self._coalesce_mark = min(context.high_water_mark, _MOST_COALESCED)
        self.no_delay: bool = no_delay
        self.descriptor: int = reader.descriptor
        self.send_function: Send = send
        self.idle: Idle | None = idle
        self.bytes_written: int = 0
        self._coalesced: bytes | None = None
        self._callbacks: list[Done] | None = None
        self._flusher: _Flusher | None = None

    # Sending at once.

    def put(self, data: bytes) -> bool:
        scheduler = self.scheduler
        # What `is_in_step_of` says, without the call.
        task = scheduler.current
        if task is not None and task.owner is self.owner and getcurrent() is scheduler.dispatcher:
            coalesced = self._coalesced
            self._coalesced = coalesced = coalesced + data if coalesced else data
            goes_out = self.no_delay and scheduler.coalescing is not self
            scheduler.coalescing = self
            if not goes_out and len(coalesced) < self._coalesce_mark:
                return True
        else:
            if thread_ident() != scheduler.thread:
                scheduler.check_thread()
            self._coalesced = self._coalesced + data if self._coalesced else data
        return self.flush()

    def put_with(self, data: bytes, callback: Done) -> bool:
        self.scheduler.check_thread()
        self._context.completion.coalesced()
        if self._callbacks is None:
            self._callbacks = []
        self._callbacks.append(callback)
        return self.put(data)

    def flush(self) -> bool:
        data = self._coalesced
        if data is None:
            return True
        self._coalesced = None
        size = len(data)
        self.bytes_written += size
        idle = self.idle
        if idle is not None:
            idle.touch()
        send = self.send_function
        try:
            sent = send(self.descriptor, data)
        except (BlockingIOError, InterruptedError):
            sent = 0
        except OSError as error:
            return self._left_over(data, 0, None if lacks_room(error) else error)
        if sent == size and self._callbacks is None:
            return True
        return self._left_over(data, sent, None)

    def _left_over(self, data: bytes, sent: int, failure: OSError | None) -> bool:
        callbacks = self._callbacks or []
        self._callbacks = None
        size = len(data)
        completion = self._context.completion
        if failure is not None:
            error = errors.system_error_from(failure, "write")
            return completion.left_over(size, callbacks, error)
        if sent == size:
            completion.all_sent(callbacks)
            return True
        self._keep(memoryview(data)[sent:], completion.on_write)
        return completion.left_over(size, callbacks)

    def written(self) -> int:
        """How many bytes were written, those that are coalesced included."""
        return self.bytes_written + len(self._coalesced or b"")

    @property
    def is_empty(self) -> bool:
        """Whether nothing is coalesced."""
        return self._coalesced is None

    def send(self, data: Any) -> int:
        sent = self.send_function(self.descriptor, data)
        self.moved(sent)
        return sent

    def moved(self, size: int) -> None:
        self.bytes_written += size
        if self.idle is not None:
            self.idle.touch()

    def refused(self, data: bytes, failure: OSError) -> None:
        """Bytes that were sent past this object have failed."""
        self.moved(len(data))
        self._left_over(data, 0, failure)

    # Sending later.

    def write(self, data: bytes, done: Done) -> None:
        self.moved(len(data))
        try:
            sent = self.send_function(self.descriptor, data)
        except (BlockingIOError, InterruptedError):
            sent = 0
        except OSError as error:
            if not lacks_room(error):
                done(errors.system_error_from(error, "write"))
                return
            sent = 0
        if sent == len(data):
            done(None)
        else:
            self._keep(memoryview(data)[sent:], done)

    def _keep(self, rest: memoryview, done: Done) -> None:
        """Send `rest` as soon as the system takes it."""
        flusher = self._make_flusher()
        flusher.rest = rest
        flusher.done = done
        flusher.start()

    def _make_flusher(self) -> _Flusher:
        if self._flusher is None:
            self._flusher = _Flusher(self, self._context.ref)
        return self._flusher

    def cancel(self) -> Done | None:
        return None if self._flusher is None else self._flusher.cancel()

    # A greenlet that waits for room itself.

    def wait(self) -> None:
        self._make_flusher().wait()

    def rouse(self) -> None:
        if self._flusher is not None:
            self._flusher.rouse()

    def take_back(self) -> None:
        if self._flusher is not None:
            self._flusher.take_back()

    # Life.

    def set_ref(self, ref: bool) -> None:
        """Whether an active watcher keeps the program running."""
        if self._flusher is not None:
            self._flusher.set_ref(ref)

    def close(self) -> None:
        """The descriptor is about to be closed."""
        self.descriptor = -1
        if self._flusher is not None:
            self._flusher.close()

    def forget(self) -> None:
        """In a forked child: whoever waits does so in the parent."""
        if self._flusher is not None:
            self._flusher.forget()


class _Flusher(Watched):
    """Sends what is left over of a write when the descriptor is ready."""

    __slots__ = ("_writer", "done", "rest")

    #: Bytes flow although a listener of the WRITE lane has blocked: it may wait for just that.
    lane = FREE
    events = POLL_OUT

    def __init__(self, writer: DescriptorWriter, ref: bool) -> None:
        super().__init__(writer.owner, writer.scheduler, writer.descriptor, ref)
        self._writer = writer
        self.rest: memoryview | None = None
        self.done: Done | None = None

    def run(self) -> None:
        rest = self.rest
        if rest is None or (not self.armed and not self.may_run()):
            return
        writer = self._writer
        try:
            sent = writer.send_function(self.descriptor, rest)
        except (BlockingIOError, InterruptedError):
            return
        except OSError as error:
            if not lacks_room(error):
                self._end(errors.system_error_from(error, "write"))
            return
        if writer.idle is not None:
            writer.idle.touch()
        if sent == len(rest):
            self._end(None)
        else:
            self.rest = rest[sent:]

    def cancel(self) -> Done | None:
        """Forget what is under way; returns who waits for it."""
        done = self.done
        self.rest = self.done = None
        return done

    def _end(self, error: OSError | None) -> None:
        done = self.cancel()
        self.stop()
        assert done is not None
        done(error)
