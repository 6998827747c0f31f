"""DescriptorReader: what reads a descriptor, a chunk a step."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from .. import errors
from ..loop.tasks import READ
from ..loop.watchers import POLL_IN, Watched
from .handles import Receive
from .protocol import Context, Idle, Sink

__all__ = ["CHUNK_SIZE", "DescriptorReader"]

#: How much is read at once (bytes).
CHUNK_SIZE = 65536
#: Fairness: how many full chunks are read from one connection before the others' turn.
_MOST_IN_A_ROW = 16
#: After a read in vain (EAGAIN) behind a full chunk, so many full chunks are followed by no second
#: read.
_COOL_DOWN = 16


class Splicing(Protocol):
    """What moves the bytes of a reader that is spliced."""

    def leave(self) -> None: ...


class DescriptorReader(Watched):
    """The part of a descriptor transport that reads: the task whose watcher waits for bytes."""

    __slots__ = (
        "_in_a_row",
        "bytes_read",
        "direct",
        "idle",
        "on_full_chunk",
        "receive",
        "sink",
        "splice",
    )

    lane = READ
    has_user_buffer = False
    events = POLL_IN

    def __init__(self, context: Context, descriptor: int, receive: Receive) -> None:
        Watched.__init__(self, context.owner, context.scheduler, descriptor, context.ref)
        self.sink: Sink = context.sink
        self.receive: Receive = receive
        self.direct: Callable[[bytes], object] | None = None
        self.idle: Idle | None = None
        self.bytes_read: int = 0
        self.splice: Splicing | None = None
        #: Called when a chunk was as long as one can be: there is probably more.
        self.on_full_chunk: Callable[[], object] | None = None
        self._in_a_row = 0

    def run(self) -> None:
        if not self.armed and not self.may_run():
            return
        receive = self.receive
        try:
            chunk = receive(self.descriptor, CHUNK_SIZE)
        except (BlockingIOError, InterruptedError):
            if self._in_a_row > 0:
                self._in_a_row = -_COOL_DOWN
            return
        except OSError as error:
            self.sink.failed(errors.system_error_from(error, "read"))
            return
        size = len(chunk)
        if not size:
            self.end()
            return
        self.bytes_read += size
        idle = self.idle
        if idle is not None:
            idle.touch()
        direct = self.direct
        if direct is not None:
            direct(chunk)
        elif not self.sink.received(chunk):
            self.stop()
        if size == CHUNK_SIZE and self.scheduler.current is self:
            self._filled()

    def _filled(self) -> None:
        """There is probably more, which costs less to read before it has left the CPU's cache."""
        self._in_a_row += 1
        if self._in_a_row >= _MOST_IN_A_ROW:
            self._in_a_row = 0
        elif self._in_a_row > 0:
            self.scheduler.run_soon(self)
        if self.on_full_chunk is not None:
            self.on_full_chunk()

    def end(self) -> None:
        """The other side sends no more."""
        self.stop()
        if self.idle is not None:
            self.idle.touch()
        self.sink.ended()

    # What a greenlet does that waits here itself.

    def take(self, size: int) -> bytes:
        receive = self.receive
        chunk = receive(self.descriptor, size)
        self.moved(len(chunk))
        return chunk

    def moved(self, size: int) -> None:
        """`size` bytes were received past `run`."""
        self.bytes_read += size
        if self.idle is not None:
            self.idle.touch()

    def stop_watching(self) -> None:
        """The descriptor is about to be closed, or is somebody else's."""
        if self.splice is not None:
            self.splice.leave()
        self.direct = None
        Watched.close(self)
