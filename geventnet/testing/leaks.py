"""What a piece of code left behind: greenlets, active watchers and timers, file descriptors.

Only the calling thread's hub is looked at: the greenlets whose root is the thread's main greenlet
and the watchers of the hub's loop. File descriptors are the whole process's.

Not leaks: the hub, main greenlets, the library's dispatchers that wait for work, what gevent's
thread pools keep, and whatever existed before.
"""

from __future__ import annotations

import _socket
import contextlib
import gc
import io
import os
import socket
import stat
import sys
import time
import traceback
import tracemalloc
from collections.abc import Hashable, Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

import gevent
import gevent.hub
from gevent.threadpool import ThreadPool
from greenlet import getcurrent, greenlet

from ..loop.dispatcher import Dispatcher

__all__ = ["Leak", "LeakError", "no_leaks"]


@dataclass(frozen=True)
class Leak:
    """One thing that was left behind."""

    kind: Literal["greenlet", "watcher", "descriptor"]
    what: str
    """The thing's repr, or a descriptor's number and target."""
    origin: tuple[str, ...] = ()
    """Lines that tell where it is blocked and where it came from, as far as that is known."""

    def __str__(self) -> str:
        return "\n".join([f"{self.kind}: {self.what}", *("    " + line for line in self.origin)])


class LeakError(AssertionError):
    """Something was left behind; `leaks` lists it and the message describes it."""

    def __init__(self, leaks: list[Leak]) -> None:
        self.leaks = leaks
        super().__init__("\n".join([f"{len(leaks)} left behind", *map(str, leaks)]))


@contextlib.contextmanager
def no_leaks(*, timeout: float = 1.0) -> Iterator[None]:
    """Check that the body of the `with` leaves nothing behind.

    On leaving, turns the loop until everything new is gone, for at most `timeout` seconds, and then
    raises `LeakError`. An exception out of the body is passed on without a check, as its traceback
    keeps things alive. Descriptions are more precise when `tracemalloc` is tracing (the environment
    variable `PYTHONTRACEMALLOC=10`). Blocks the calling greenlet.
    """
    # The loop opens descriptors of its own when it first turns.
    gevent.sleep(0)
    before = _Snapshot.take()
    yield
    deadline = time.monotonic() + timeout
    gevent.sleep(0)
    # Most often there is nothing, garbage included, and no need for the costly collection.
    if not _Snapshot.take().since(before):
        return
    pause = 0.0
    while True:
        gc.collect()
        leaked = _Snapshot.take().since(before)
        if not leaked:
            return
        if time.monotonic() >= deadline:
            raise LeakError(leaked.describe())
        del leaked
        gevent.sleep(pause)
        pause = min(pause + 0.002, 0.05)


@dataclass
class _Snapshot:
    """Everything of interest that exists, by what identifies it.

    Objects are held, so that their identity is not given to another one. A dispatcher that waits
    for work is neither recorded nor held: one that somebody can reach is not used again.
    """

    greenlets: dict[int, greenlet] = field(default_factory=dict)
    watchers: dict[int, Any] = field(default_factory=dict)
    descriptors: dict[tuple[int, Hashable], None] = field(default_factory=dict)

    @classmethod
    def take(cls) -> _Snapshot:
        hub = gevent.get_hub()
        here = getcurrent()
        root = _root(here)
        watchers = _watcher_types()
        # libev opens its own descriptor anew, under another number, when a fork has confused it.
        own = hub.loop.fileno()
        snapshot = cls(descriptors={key: None for key in _descriptors() if key[0] != own})
        things = gc.get_objects()
        # There are many objects, of few types. (`isinstance` would ask the objects themselves.)
        kinds = {kind for kind in set(map(type, things)) if issubclass(kind, (greenlet, *watchers))}
        for thing in [thing for thing in things if type(thing) in kinds]:
            if issubclass(type(thing), greenlet):
                if (
                    thing
                    and thing is not here
                    and thing.parent is not None
                    and not isinstance(thing, gevent.hub.Hub)
                    and _root(thing) is root
                    and not _waits_for_work(thing)
                ):
                    snapshot.greenlets[id(thing)] = thing
            elif (
                thing.loop is hub.loop
                and thing.active
                and not isinstance(getattr(thing.callback, "__self__", None), ThreadPool)
            ):
                snapshot.watchers[id(thing)] = thing
        return snapshot

    def since(self, before: _Snapshot) -> _Snapshot:
        return _Snapshot(
            {k: v for k, v in self.greenlets.items() if k not in before.greenlets},
            {k: v for k, v in self.watchers.items() if k not in before.watchers},
            {k: v for k, v in self.descriptors.items() if k not in before.descriptors},
        )

    def __bool__(self) -> bool:
        return bool(self.greenlets or self.watchers or self.descriptors)

    def describe(self) -> list[Leak]:
        owners = _owners([fd for fd, _ in self.descriptors])
        return [
            *(Leak("greenlet", repr(g), _greenlet_origin(g)) for g in self.greenlets.values()),
            *(Leak("watcher", repr(w), _watcher_origin(w)) for w in self.watchers.values()),
            *(
                Leak("descriptor", f"{fd} {_target(fd)}", tuple(owners.get(fd, ())))
                for fd, _ in self.descriptors
            ),
        ]


def _watcher_types() -> tuple[type, ...]:
    """The base of the watchers of each event loop of gevent that is in use."""
    modules = (sys.modules.get(name) for name in ("gevent.libev.corecext", "gevent._ffi.watcher"))
    return tuple(module.watcher for module in modules if module is not None)


def _root(of: greenlet) -> greenlet:
    """The main greenlet of the thread that `of` runs in."""
    while (parent := of.parent) is not None:
        of = parent
    return of


def _waits_for_work(thing: greenlet) -> bool:
    return isinstance(thing, Dispatcher) and thing.blocked_in is None


def _greenlet_origin(thing: greenlet) -> tuple[str, ...]:
    lines = []
    if thing.gr_frame is not None:
        lines += ["blocked at", *_frames(traceback.extract_stack(thing.gr_frame))]
    spawned = getattr(thing, "spawning_stack", None)
    if spawned is not None:
        lines += ["spawned at", *_frames(traceback.extract_stack(spawned))]
    return (*lines, *_made_at(thing))


def _watcher_origin(watcher: Any) -> tuple[str, ...]:
    lines = []
    # With libuv several watchers share the one of their descriptor.
    for sharer in getattr(watcher, "_multiplex_watchers", [watcher]):
        owner = getattr(sharer.callback, "__self__", None)
        # The list that the library's watchers append to says less than their arguments.
        if owner is not None and not isinstance(owner, list):
            lines.append(f"calls a method of {owner!r}")
    return (*lines, *_made_at(watcher))


def _made_at(thing: object) -> list[str]:
    """Where `thing` was allocated, when tracemalloc knows."""
    trace = tracemalloc.get_object_traceback(thing)
    if trace is None:
        return []
    return ["made at", *(f"  {frame.filename}:{frame.lineno}" for frame in trace)]


def _frames(stack: traceback.StackSummary) -> list[str]:
    return [f"  {f.filename}:{f.lineno} in {f.name}: {f.line}" for f in stack]


def _descriptors() -> Iterator[tuple[int, Hashable]]:
    """Each open descriptor with what tells it from another one of the same number."""
    for fd in _numbers():
        # The descriptor of the listing itself is closed by now.
        with contextlib.suppress(OSError):
            status = os.fstat(fd)
            yield fd, (status.st_dev, status.st_ino, stat.S_IFMT(status.st_mode))


def _numbers() -> list[int]:
    for listing in ("/proc/self/fd", "/dev/fd"):
        with contextlib.suppress(OSError, ValueError):
            return [int(name) for name in os.listdir(listing)]
    return list(range(4096))


def _target(fd: int) -> str:
    try:
        mode = os.fstat(fd).st_mode
        if stat.S_ISSOCK(mode):
            return _socket_ends(fd)
        return os.readlink(f"/proc/self/fd/{fd}")
    except OSError:
        return "(unknown)"


def _socket_ends(fd: int) -> str:
    sock = _socket.socket(fileno=fd)
    family = socket.AddressFamily(sock.family).name
    try:
        local = sock.getsockname()
        try:
            return f"{family} socket {local} connected to {sock.getpeername()}"
        except OSError:
            return f"{family} socket {local}"
    finally:
        sock.detach()


def _owners(fds: list[int]) -> dict[int, list[str]]:
    """The Python objects that hold each descriptor, where they can be found."""
    owners: dict[int, list[str]] = {}
    if fds:
        for thing in gc.get_objects():
            if issubclass(type(thing), _socket.socket | io.IOBase):
                with contextlib.suppress(OSError, ValueError):
                    fd = thing.fileno()
                    if fd in fds:
                        owners.setdefault(fd, []).extend([f"held by {thing!r}", *_made_at(thing)])
    return owners
