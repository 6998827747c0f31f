"""Splice: bytes that go from one descriptor to another without becoming Python objects.

While a Socket is piped into another and nobody else looks at the bytes, the system moves them
(`os.splice`, which Linux has): from the source into a kernel pipe, from there to the destination.
How the source is read:

========  =======================================================================================
ordinary  its reader receives chunks, which the `Pipe` writes
spliced   its reader's `receive` is that of a `Splice`, which moves what it can and gives the
          reader the rest, as a chunk
========  =======================================================================================

A source is spliced when a read has filled its chunk. `Splice.leave` makes it ordinary again: when
the reader closes, and in the first step that finds little, or finds that the bytes may not go past
the stream (somebody else listens, the destination has something to send first) or that there are
none (the end, an error).

The kernel pipe is empty after each piece: what the destination does not take at once is read out
of it and goes the ordinary way, so nothing has to be drained or handed over whatever happens to
either side, and one kernel pipe serves all splices of a hub. It is closed with the last of them.
"""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Callable

from ..loop.scheduler import Scheduler
from ..loop.unpatched import close_fd
from .handles import Receive
from .reader import DescriptorReader
from .writer import DescriptorWriter

if sys.platform == "linux":
    import fcntl

__all__ = ["SUPPORTED", "Splice", "splice"]

#: How much is in the kernel pipe at a time (bytes). What the destination does not take of it has to
#: be kept in memory, for each client that has stalled: so this is the most that is kept. Room in
#: the send buffer would be no promise: a system that is short of memory for TCP takes less.
_PIECE = 3 * 65536
#: Fairness: how much is moved in a step, piece by piece (bytes). The more, the fewer steps.
_MOST_IN_A_STEP = 5 * _PIECE
#: How large the kernel pipe is (bytes). It has a slot for each page, and what comes in packets
#: fills only a part of each.
_PIPE_SIZE = 1 << 20
#: Less than this is cheaper to receive and send (bytes).
_LITTLE = 32768

SUPPORTED = sys.platform == "linux" and hasattr(os, "splice")
_FLAGS = os.SPLICE_F_MOVE | os.SPLICE_F_NONBLOCK if SUPPORTED else 0

#: What is no error of a socket: it has nothing or no room, or the system will not splice. An error
#: of a socket is told once, so that one must not be asked for again.
_NO_FAILURE = frozenset(
    (
        errno.EAGAIN,
        errno.EINTR,
        errno.EINVAL,
        errno.EMFILE,
        errno.ENFILE,
        errno.ENOBUFS,
        errno.ENOMEM,
        errno.ENOSYS,
        errno.EPERM,
    )
)


class _KernelPipe:
    """The kernel pipe of one hub's splices."""

    __slots__ = ("_reader", "_used", "_writer", "users")

    def __init__(self) -> None:
        self.users: set[Splice] = set()
        self._used = False
        self._open()

    def _open(self) -> None:
        self._reader = self._writer = -1
        self._reader, self._writer = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        try:
            fcntl.fcntl(self._writer, fcntl.F_SETPIPE_SZ, _PIPE_SIZE)
        except OSError:
            # The user's pipes have all the memory they may have: it works with less.
            return

    def move(self, source: int, destination: int) -> tuple[int, bytes, OSError | None]:
        """Move at most a piece: how many the destination has taken, and those it has not.

        Never blocks. The error is the destination's; raises `OSError` if the source has one.
        """
        if self._used:
            # An interrupt has struck in the middle: what is in there belongs to nobody.
            self.close()
            self._open()
        self._used = True
        try:
            count = os.splice(source, self._writer, _PIECE, flags=_FLAGS)
        except OSError:
            self._used = False
            raise
        sent = 0
        failure = None
        if count:
            try:
                sent = os.splice(self._reader, destination, count, flags=_FLAGS)
            except OSError as error:
                failure = error
        rest = b""
        while sent + len(rest) < count:
            rest += os.read(self._reader, count - sent - len(rest))
        self._used = False
        return sent, rest, failure

    def close(self) -> None:
        if self._reader >= 0:
            close_fd(self._reader)
            close_fd(self._writer)
            self._reader = self._writer = -1


_kernel_pipes: dict[Scheduler, _KernelPipe] = {}


class Splice:
    """What reads for the reader of a source that is spliced.

    `accepts()` gives the destination's writer, or None if bytes may not be sent past its stream;
    `hold()` stops the source until the destination has drained.
    """

    __slots__ = ("_accepts", "_hold", "_kernel", "_listener", "_reader", "_receive")

    def __init__(
        self,
        reader: DescriptorReader,
        accepts: Callable[[], DescriptorWriter | None],
        hold: Callable[[], object],
        kernel: _KernelPipe,
    ) -> None:
        self._reader = reader
        self._accepts = accepts
        self._hold = hold
        self._kernel = kernel
        self._listener = reader.direct
        self._receive: Receive = reader.receive
        kernel.users.add(self)
        reader.splice = self
        reader.receive = self.receive

    def receive(self, descriptor: int, size: int) -> bytes:
        """Move bytes; returns those that are to go the ordinary way, as `os.read` does.

        Raises `BlockingIOError` if there are none.
        """
        reader = self._reader
        writer = self._accepts() if reader.direct is self._listener else None
        if writer is None:
            self.leave()
            return self._receive(descriptor, size)
        moved = 0
        while moved < _MOST_IN_A_STEP:
            try:
                sent, rest, failure = self._kernel.move(descriptor, writer.descriptor)
            except OSError as error:
                if moved and error.errno == errno.EAGAIN:
                    break
                self.leave()
                if error.errno not in _NO_FAILURE:
                    raise
                return self._receive(descriptor, size)
            if sent:
                reader.moved(sent)
                writer.moved(sent)
                moved += sent
            if failure is not None and failure.errno not in _NO_FAILURE:
                self.leave()
                reader.moved(len(rest))
                writer.refused(rest, failure)
                self._hold()
                raise BlockingIOError
            if rest:
                if moved + len(rest) < _LITTLE:
                    self.leave()
                return rest
            if sent < _PIECE:
                # The source has no more.
                break
        if moved < _LITTLE:
            self.leave()
            if not moved:
                # The end.
                return self._receive(descriptor, size)
        raise BlockingIOError

    def leave(self) -> None:
        """Read the ordinary way again."""
        reader, kernel = self._reader, self._kernel
        reader.receive = self._receive
        kernel.users.discard(self)
        if not kernel.users:
            kernel.close()
            _kernel_pipes.pop(reader.scheduler, None)
        reader.splice = None


def splice(
    reader: DescriptorReader,
    accepts: Callable[[], DescriptorWriter | None],
    hold: Callable[[], object],
) -> None:
    """Splice what `reader` reads; see `Splice`."""
    scheduler = reader.scheduler
    kernel = _kernel_pipes.get(scheduler)
    if kernel is None:
        try:
            kernel = _kernel_pipes[scheduler] = _KernelPipe()
        except OSError:
            return
    Splice(reader, accepts, hold, kernel)
