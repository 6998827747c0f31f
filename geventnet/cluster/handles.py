"""Handles: the listening sockets of a cluster, which its primary binds and holds.

Workers that listen on one address share one socket, except those that ask for `reuse_port` or
`exclusive`: each of these has one of its own, which who follows in its place takes over.

A worker that listens has a claim. A socket is closed when the program has closed the last server on
it. When workers die or are told to stop it stays, for those that take their place: connections wait
in its queue meanwhile. What they do not claim either is closed a while after they have started.
"""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager

from ..addresses import unix
from ..addresses.info import AddressInfo
from ..loop.unpatched import close_fd
from ..server.bind import Binding, Bound, bind
from .key import Key, Sharing

if sys.platform != "win32":
    import _socket
    import fcntl

__all__ = ["Handles"]


class _Held:
    """A socket, and the numbers of the workers that claim it."""

    __slots__ = ("bound", "claims")

    def __init__(self, bound: Bound) -> None:
        self.bound = bound
        self.claims: set[int] = set()


class Handles:
    """See the top of this file."""

    __slots__ = ("_held",)

    def __init__(self) -> None:
        self._held: dict[Key, _Held] = {}

    def claim(self, worker: int, key: Key, binding: Binding) -> int:
        """The descriptor for `worker`; the first binding of a key counts. Raises `OSError`."""
        held = self._held.get(key)
        if held is None:
            held = self._held[key] = _Held(_bind(binding._replace(port=self._port(key))))
        held.claims.add(worker)
        return held.bound.sock.fileno()

    def _port(self, key: Key) -> int:
        """Port 0 is the same one in every place, unless it is exclusive."""
        for other, held in self._held.items():
            if key.sharing == Sharing.PLACE and other._replace(place=key.place) == key:
                address = held.bound.address()
                if isinstance(address, AddressInfo):
                    return address.port
        return key.port

    def release(self, worker: int, key: Key, keep: bool) -> None:
        """`worker` listens there no more; with `keep` another one is about to."""
        held = self._held.get(key)
        if held is not None:
            held.claims.discard(worker)
            if not held.claims and not keep:
                del self._held[key]
                held.bound.close()

    def worker_gone(self, worker: int) -> None:
        """`worker` claims nothing any more."""
        for held in self._held.values():
            held.claims.discard(worker)

    def close_unclaimed(self) -> None:
        """Close what nobody listens on any more."""
        for key, held in list(self._held.items()):
            if not held.claims:
                del self._held[key]
                held.bound.close()

    def close(self) -> None:
        """Close every socket; the workers that listen on it have their own descriptors."""
        for held in self._held.values():
            held.bound.close()
        self._held.clear()


def _bind(binding: Binding) -> Bound:
    path = binding.path
    if path is None or path[:1] in ("\0", b"\0"):
        return bind(binding)
    with _directory_locked(path):
        try:
            return bind(binding)
        except OSError as error:
            if error.errno != errno.EADDRINUSE or not _is_stale(path):
                raise
            os.unlink(path)
            return bind(binding)


@contextmanager
def _directory_locked(path: str | bytes) -> Iterator[None]:
    """Keep other primaries from binding beside `path` inside the block.

    Between bind(2) and listen(2) a Unix socket looks like one whose process is dead.
    """
    if sys.platform == "win32":
        yield
        return
    try:
        directory = os.open(os.path.dirname(path) or ".", os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        # bind(2) says what is wrong with it.
        yield
        return
    try:
        fcntl.flock(directory, fcntl.LOCK_EX)
        yield
    finally:
        close_fd(directory)


def _is_stale(path: str | bytes) -> bool:
    """Whether the file is a Unix socket whose process is dead."""
    try:
        unix.status(path)
        with closing(_socket.socket(_socket.AF_UNIX, _socket.SOCK_STREAM)) as probe:
            probe.setblocking(False)
            return unix.connect(probe, path) == errno.ECONNREFUSED
    except OSError:
        return False
