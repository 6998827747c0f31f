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

The kernel pipe is empty between two steps: what the destination does not take at once is read out
of it and goes the ordinary way, so nothing has to be drained or handed over whatever happens to
either side, and one kernel pipe serves all splices of a hub. It is closed with the last of them.
"""

from __future__ import annotations

import _socket
import errno
import os
import struct
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

#: How much is moved in a step (bytes). It doubles when the destination takes all: the fewer steps,
#: the less often the peers are woken. What is not taken has to be kept in memory, for each client
#: that has stalled: so a step that is longer than the first is no longer than the room that the
#: destination has in its send buffer. That room is no promise (a system that is short of memory
#: for TCP takes less), so it is the longest step that bounds what is kept.
_FIRST_STEP = 65536
_LONGEST_STEP = 2 * _FIRST_STEP
#: Less than this is cheaper to receive and send (bytes).
_LITTLE = 32768

SUPPORTED = sys.platform == "linux" and hasattr(os, "splice")
_FLAGS = os.SPLICE_F_MOVE | os.SPLICE_F_NONBLOCK if SUPPORTED else 0

#: The system's account of a socket's memory: how large its send buffer is and what is in it.
_SO_MEMINFO = 55
_ACCOUNT = struct.Struct("9I")
_SENDING, _LIMIT, _QUEUED = 2, 3, 5

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
            fcntl.fcntl(self._writer, fcntl.F_SETPIPE_SZ, _LONGEST_STEP)
        except OSError:
            # The user's pipes have all the memory they may have: it works with less.
            return

    def move(self, source: int, destination: int, size: int) -> tuple[int, bytes, OSError | None]:
        """Move at most `size` bytes: how many the destination has taken, and those it has not.

        Never blocks. The error is the destination's; raises `OSError` if the source has one.
        """
        if self._used:
            # An interrupt has struck in the middle: what is in there belongs to nobody.
            self.close()
            self._open()
        self._used = True
        try:
            count = os.splice(source, self._writer, size, flags=_FLAGS)
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

    __slots__ = ("_accepts", "_hold", "_kernel", "_listener", "_reader", "_receive", "_step")

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
        self._step = _FIRST_STEP
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
        step = self._step
        if step > _FIRST_STEP:
            step = min(step, max(_FIRST_STEP, _room(writer.descriptor)))
        try:
            sent, rest, failure = self._kernel.move(descriptor, writer.descriptor, step)
        except OSError as error:
            self.leave()
            if error.errno not in _NO_FAILURE:
                raise
            return self._receive(descriptor, size)
        if sent:
            reader.moved(sent)
            writer.moved(sent)
        if failure is not None and failure.errno not in _NO_FAILURE:
            self.leave()
            reader.moved(len(rest))
            writer.refused(rest, failure)
            self._hold()
            raise BlockingIOError
        if sent + len(rest) < _LITTLE:
            self.leave()
            if not sent and not rest:
                # The end.
                return self._receive(descriptor, size)
        if rest:
            self._step = _FIRST_STEP
            return rest
        self._step = min(2 * self._step, _LONGEST_STEP)
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


def _room(descriptor: int) -> int:
    """How many bytes a socket takes without blocking, about; 0 if the system does not say."""
    sock = _socket.socket(fileno=descriptor)
    try:
        account = _ACCOUNT.unpack(sock.getsockopt(_socket.SOL_SOCKET, _SO_MEMINFO, _ACCOUNT.size))
    except (OSError, struct.error):
        return 0
    finally:
        sock.detach()
    return int(account[_LIMIT] - max(account[_QUEUED], account[_SENDING]))


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
