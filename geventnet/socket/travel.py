"""Travel: how a connection, or what a server listens on, comes into another process.

A Socket gives its connection up: what was received and not read goes with it, and what is not sent
yet, or is text by now, makes the call refuse. `multiprocessing` carries it where it carries the
sockets of the standard library. Any other pickling or copying is refused.

A server goes on counting a connection that it has accepted: with it travels the writing end of a
pipe, the tether, that is closed when the Socket is, or when its process ends.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any, Final, NamedTuple, Protocol, TypeVar

from ..addresses.info import AddressInfo
from ..addresses.proxy import ProxyHeader
from ..loop.scheduler import Scheduler
from ..loop.tasks import FREE, Owner
from ..loop.unpatched import allocate_lock, close_fd, thread_ident
from ..stream.states import WriteEnd
from . import surrender
from .link import Link
from .options import Options

__all__ = [
    "Carried",
    "Parcel",
    "State",
    "Tether",
    "check",
    "give_up",
    "in_its_thread",
]

_T = TypeVar("_T")

#: How long the feeder thread of a queue waits for the socket's own thread (seconds).
_PATIENCE: Final = 10.0


class State(NamedTuple):
    """What travels beside the descriptors."""

    unread: bytes
    writable: bool
    allow_half_open: bool
    mark: int
    max_buffered: int | None
    options: Options
    peer: AddressInfo | None
    proxy_header: ProxyHeader | None
    proxy_peer: AddressInfo | None


class Parcel(NamedTuple):
    """A connection that belongs to nobody."""

    fd: int
    tether: int | None
    state: State

    @property
    def descriptors(self) -> list[int]:
        return [self.fd] if self.tether is None else [self.fd, self.tether]


class Tether:
    """The end of the pipe that tells a server, perhaps in another process, of a connection."""

    __slots__ = ("_fd",)

    def __init__(self, fd: int) -> None:
        self._fd = fd

    def tether(self) -> int:
        """Another one, which travels on with the connection."""
        return os.dup(self._fd)

    def left(self, connection: object) -> None:
        """The connection has closed here."""
        fd, self._fd = self._fd, -1
        if fd >= 0:
            close_fd(fd)

    def __del__(self) -> None:
        # In a forked child the connection is dropped, and this with it.
        self.left(None)


class Carried(Protocol):
    """A descriptor that has come from another process."""

    def detach(self) -> int:
        """The descriptor, which is the caller's now."""


def check(link: Link) -> None:
    """Raise what `give_up` would."""
    surrender.check(link)
    if link.writer.end not in (WriteEnd.OPEN, WriteEnd.FINISHED):
        raise surrender.would_lose("sent")


def give_up(link: Link) -> Parcel:
    """Take the connection out of its Socket, which is closed; raises as `surrender`."""
    check(link)
    peer = link.peer_address()
    tether = None if link.counted_by is None else link.counted_by.tether()
    try:
        writable = link.writer.end is WriteEnd.OPEN
        fd, unread = surrender.surrender(link)
    except BaseException:
        if tether is not None:
            close_fd(tether)
        raise
    state = State(
        unread,
        writable,
        link.life.allow_half_open,
        link.reader.mark,
        link.settings.max_buffered,
        link.options,
        peer,
        link.known.proxy_header,
        link.known.proxy_peer,
    )
    return Parcel(fd, tether, state)


def in_its_thread(scheduler: Scheduler, owner: Owner, function: Callable[[], _T]) -> _T:
    """Call `function` in the thread of `scheduler`: a queue pickles in a thread of its own.

    Raises `ERR_INVALID_THREAD` if that thread does not run gevent's hub meanwhile.
    """
    if thread_ident() == scheduler.thread:
        return function()
    results: list[tuple[Any, BaseException | None]] = []
    ticket = [True]
    done = allocate_lock()
    done.acquire()

    def call() -> None:
        try:
            ticket.pop()
        except IndexError:
            return
        try:
            results.append((function(), None))
        except BaseException as error:
            results.append((None, error))
        finally:
            done.release()

    scheduler.run_callback_threadsafe(lambda: scheduler.call_soon(owner, FREE, call))
    if not done.acquire(timeout=_PATIENCE):
        try:
            ticket.pop()
        except IndexError:
            # It has begun just now.
            done.acquire()
        else:
            scheduler.check_thread()
    value, error = results[0]
    if error is not None:
        raise error
    answer: _T = value
    return answer
