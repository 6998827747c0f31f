"""Wire: one direction of a connection in memory, from what is sent to what is received."""

from __future__ import annotations

import errno
import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from typing import Final, Literal

from .. import errors
from ..loop.current import this_scheduler
from ..loop.timers import SLACK, Timer

__all__ = ["CAPACITY", "Chunks", "Wire"]

#: How many bytes a wire takes unless it is told otherwise.
CAPACITY: Final = 65536

#: How what was sent is cut into what is received; see `Wire`.
Chunks = Literal["joined", "sent"] | int | Iterable[int]


class Wire:
    """One direction of a connection in memory.

    It takes `capacity` bytes (None: any number) until some are received: a sender that is faster
    meets backpressure. They arrive `delay` seconds after they were sent, in order.

    `chunks` says how they are received: `"joined"`, everything that is there at once, as TCP mostly
    does; `"sent"`, as they were sent; a number, at most so many bytes at a time (1 is byte by
    byte); or an iterable of numbers, the size of each chunk in turn, then joined. A receiver that
    asks for less gets less. All three can be set at any time.

    `send`, `end`, `fail` and `receive` are what the two ends do; a test may play either of them.
    None of them blocks.
    """

    def __init__(
        self, *, capacity: int | None = CAPACITY, chunks: Chunks = "joined", delay: float = 0.0
    ) -> None:
        #: Seconds from `send` to `receive`, for what is sent from now on.
        self.delay = delay
        self._capacity = capacity
        self._chunks: Chunks = "joined"
        self._sizes: Iterator[int] | None = None
        self.chunks = chunks
        #: What can be received, and what is still on its way, each with the time that it arrives.
        self._arrived: deque[memoryview] = deque()
        self._under_way: deque[tuple[float, memoryview | OSError | None]] = deque()
        self._length = 0
        self._timer: Timer | None = None
        self._is_held = False
        self._is_ended = False
        self._end_arrived = False
        self._failure: OSError | None = None
        self._is_refused = False
        self._refusal: OSError | None = None
        #: Called when there is something to receive.
        self.on_readable: Callable[[], object] | None = None
        #: Called when there is room again.
        self.on_writable: Callable[[], object] | None = None

    def __repr__(self) -> str:
        state = "refused" if self._is_refused else "ended" if self._is_ended else "open"
        return f"<Wire {state}, {self._length} bytes>"

    # What the wire does.

    @property
    def capacity(self) -> int | None:
        """How many bytes it takes until some are received; None is any number."""
        return self._capacity

    @capacity.setter
    def capacity(self, capacity: int | None) -> None:
        self._capacity = capacity
        self._tell_writer()

    @property
    def chunks(self) -> Chunks:
        """How what was sent is cut into what is received."""
        return self._chunks

    @chunks.setter
    def chunks(self, chunks: Chunks) -> None:
        if isinstance(chunks, str):
            if chunks not in ("joined", "sent"):
                raise ValueError(f"chunks is 'joined', 'sent', a number or numbers, not {chunks!r}")
            self._sizes = None
        elif isinstance(chunks, int):
            if chunks < 1:
                raise ValueError("a chunk has at least one byte")
            self._sizes = None
        else:
            self._sizes = iter(chunks)
        self._chunks = chunks

    def hold(self) -> None:
        """Let nothing arrive that has not arrived yet, until `release()`: a network that stalls."""
        self._is_held = True
        if self._timer is not None:
            self._timer.stop()

    def release(self) -> None:
        """Undo `hold()`; what is overdue arrives now."""
        self._is_held = False
        self._arrive()

    @property
    def length(self) -> int:
        """The bytes that were sent and not received yet."""
        return self._length

    @property
    def is_ended(self) -> bool:
        """Whether no more can be sent: the sender has ended, or the receiver has gone."""
        return self._is_ended

    # The sending end.

    @property
    def is_writable(self) -> bool:
        """Whether `send` does not raise `BlockingIOError`."""
        return self._is_refused or self._capacity is None or self._length < self._capacity

    def send(self, data: bytes | bytearray | memoryview) -> int:
        """Send what there is room for; returns how many bytes.

        Raises `BlockingIOError` if there is none, `BrokenPipeError` after `end()`, and what the
        receiver refuses with (see `refuse`).
        """
        if self._is_ended:
            raise self._refusal or BrokenPipeError(errno.EPIPE, os.strerror(errno.EPIPE))
        if not data:
            return 0
        room = None if self._capacity is None else max(self._capacity - self._length, 0)
        taken = memoryview(bytes(memoryview(data)[:room]))
        if not taken:
            raise errors.would_block()
        self._length += len(taken)
        self._put(taken)
        return len(taken)

    def end(self) -> None:
        """No more is sent: the receiver finds the end of the stream behind the last byte."""
        if not self._is_ended:
            self._is_ended = True
            self._put(None)

    def fail(self, error: OSError | None = None) -> None:
        """Let the receiver fail with `error` (`ECONNRESET`) behind what has arrived by now.

        What has not arrived yet is lost, and nothing can be sent any more.
        """
        self._is_ended = True
        if self._failure is None and not self._is_refused:
            self._length -= sum(
                len(item) for _, item in self._under_way if isinstance(item, memoryview)
            )
            self._under_way.clear()
            self._put(error or ConnectionResetError(errno.ECONNRESET, "Connection reset by peer"))

    # The receiving end.

    @property
    def is_readable(self) -> bool:
        """Whether `receive` does not raise `BlockingIOError`."""
        return bool(self._arrived) or self._end_arrived or self._failure is not None

    def receive(self, size: int = CAPACITY) -> bytes:
        """Receive the next chunk, at most `size` bytes of it; `b""` at the end.

        Raises `BlockingIOError` if nothing has arrived, and what the wire has failed with, once.
        """
        arrived = self._arrived
        if not arrived:
            if self._failure is not None:
                failure, self._failure = self._failure, None
                self._end_arrived = True
                raise failure
            if self._end_arrived:
                return b""
            raise errors.would_block()
        size = self._next_size(size)
        parts: list[memoryview] = []
        while size and arrived:
            part = arrived[0][:size]
            if len(part) == len(arrived[0]):
                arrived.popleft()
            else:
                arrived[0] = arrived[0][size:]
            parts.append(part)
            size -= len(part)
        chunk = b"".join(parts)
        self._length -= len(chunk)
        self._tell_writer()
        return chunk

    def refuse(self, error: OSError | None = None) -> None:
        """The receiver has gone: what is there is lost, sending fails with `error` (`EPIPE`)."""
        self._refusal = error
        self._is_refused = self._is_ended = self._end_arrived = True
        self._arrived.clear()
        self._under_way.clear()
        self._length = 0
        if self._timer is not None:
            self._timer.stop()
        self._tell_writer()

    def _next_size(self, size: int) -> int:
        if self._sizes is not None:
            return min(size, max(next(self._sizes, size), 1))
        if isinstance(self._chunks, int):
            return min(size, self._chunks)
        if self._chunks == "sent":
            return min(size, len(self._arrived[0]))
        return size

    # The way.

    def _put(self, item: memoryview | OSError | None) -> None:
        if self.delay <= 0 and not self._under_way and not self._is_held:
            self._receive_now(item)
            self._tell_reader()
            return
        due = this_scheduler().fresh_clock() + self.delay
        if self._under_way:
            due = max(due, self._under_way[-1][0])
        self._under_way.append((due, item))
        if len(self._under_way) == 1:
            self._wait()

    def _receive_now(self, item: memoryview | OSError | None) -> None:
        if item is None:
            self._end_arrived = True
        elif isinstance(item, OSError):
            self._failure = item
        else:
            self._arrived.append(item)

    def _wait(self) -> None:
        """Let the first of what is under way arrive when it is due."""
        if self._is_held or not self._under_way:
            return
        scheduler = this_scheduler()
        if self._timer is None:
            self._timer = Timer(scheduler, self._arrive, ref=True)
        self._timer.start(self._under_way[0][0] - scheduler.fresh_clock())

    def _arrive(self) -> None:
        if self._timer is not None:
            self._timer.stop()
        under_way = self._under_way
        now = this_scheduler().fresh_clock() + SLACK
        any_arrived = False
        while under_way and under_way[0][0] <= now:
            self._receive_now(under_way.popleft()[1])
            any_arrived = True
        self._wait()
        if any_arrived:
            self._tell_reader()

    def _tell_reader(self) -> None:
        if self.on_readable is not None:
            self.on_readable()

    def _tell_writer(self) -> None:
        if self.on_writable is not None and self.is_writable:
            self.on_writable()
