"""What code left behind: greenlets, watchers, timers, descriptors, sockets, threads, processes.

Of greenlets, watchers and timers only the calling thread's are looked at: those whose root is the
thread's main greenlet, and those of the hub's loop. The rest is the whole process's.

Not leaks: the hub, main greenlets, the library's dispatchers that wait for work, what gevent's
thread pools keep, and whatever existed before.
"""

from __future__ import annotations

import _socket
import contextlib
import gc
import io
import os
import re
import socket
import stat
import sys
import threading
import time
import tracemalloc
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

import gevent

from ..server import Server
from ..socket import Socket
from .census import Census, Found
from .real import real_sleep
from .stacks import frames

__all__ = ["Leak", "LeakError", "no_leaks", "what_is_left"]

Kind = Literal["greenlet", "watcher", "timer", "descriptor", "socket", "thread", "process"]

#: How many leaks a message describes.
_MOST = 10
#: How many calls of a stack it shows.
_DEPTH = 4


@dataclass(frozen=True)
class Leak:
    """One thing that was left behind, with what belongs to it."""

    kind: Kind
    """What was left behind."""
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
        super().__init__("\n".join([f"{len(leaks)} left behind", *_described(leaks)]))


def _described(leaks: list[Leak]) -> Iterator[str]:
    """The leaks; of those that come from the same place, one."""
    alike: dict[object, list[Leak]] = {}
    for leak in leaks:
        alike.setdefault((leak.kind, leak.origin) if leak.origin else leak, []).append(leak)
    for first, *others in list(alike.values())[:_MOST]:
        yield str(first)
        if others:
            yield f"    and {len(others)} more from the same place"
    if len(alike) > _MOST:
        yield f"and {len(alike) - _MOST} more"


@contextlib.contextmanager
def no_leaks(
    *, timeout: float = 1.0, ignore: Iterable[str | Callable[[Leak], object]] = ()
) -> Iterator[None]:
    """Check that the body of the `with` leaves nothing behind.

    On leaving, runs the loop until everything new is gone, for at most `timeout` seconds, and then
    raises `LeakError`. What `ignore` has is no leak: regular expressions that are searched for in a
    leak's description, and functions that are called with a `Leak`. An exception out of the body is
    passed on without a check, as its traceback keeps things alive. Descriptions are more precise
    when `tracemalloc` is tracing (the environment variable `PYTHONTRACEMALLOC=10`). Blocks the
    calling greenlet.
    """
    census = Census()
    try:
        yield
        leaks = what_is_left(census, timeout, ignore)
    finally:
        census.close()
    if leaks:
        raise LeakError(leaks)


def what_is_left(
    census: Census, timeout: float, ignore: Iterable[str | Callable[[Leak], object]]
) -> list[Leak]:
    """The leaks that a census still finds when the loop has turned for `timeout` seconds."""
    deadline = time.monotonic() + timeout
    gevent.sleep(0)
    # Most often there is nothing, garbage included, and no need for the costly collection. What is
    # closed in the loop, as `os.close` of a patched program does, is gone after an iteration of it.
    for _ in range(2):
        if not census.news():
            return []
        real_sleep(0.0001)
    pause = 0.0
    while True:
        gc.collect()
        leaked = census.news()
        if not leaked:
            return []
        late = time.monotonic() >= deadline
        # Describing what a program has left can take long: only what is asked for is described.
        if late or (ignore and pause == 0.0):
            leaks = [leak for leak in _describe(leaked) if not _is_ignored(leak, ignore)]
            if late or not leaks:
                return leaks
        del leaked
        real_sleep(pause)
        pause = min(pause + 0.002, 0.05)


def _is_ignored(leak: Leak, ignore: Iterable[str | Callable[[Leak], object]]) -> bool:
    text = str(leak)
    return any(re.search(one, text) if isinstance(one, str) else one(leak) for one in ignore)


def _describe(found: Found) -> list[Leak]:
    """Each thing once: what waits for a greenlet or a descriptor belongs to that."""
    numbers = [fd for fd, _ in found.descriptors]
    owners = _owners(numbers)
    watchers = []
    for watcher in found.watchers.values():
        fd = getattr(watcher, "fd", getattr(watcher, "_fd", -1))
        if any(id(who) in found.greenlets for who in _switched_to(watcher)):
            continue
        if fd in numbers:
            owners.setdefault(fd, []).extend(_watcher_origin(watcher))
        else:
            kind: Kind = "timer" if "timer" in type(watcher).__name__ else "watcher"
            # What shares a watcher of libuv's does not tell of itself.
            shown = getattr(watcher, "_watcher_ref", watcher)
            watchers.append(Leak(kind, repr(shown), _watcher_origin(watcher)))
    return [
        *(Leak("greenlet", repr(g), _greenlet_origin(g)) for g in found.greenlets.values()),
        *watchers,
        *(
            Leak("socket" if _is_socket(fd) else "descriptor", f"{fd} {_target(fd)}", tuple(lines))
            for fd in numbers
            for lines in [dict.fromkeys(owners.get(fd, ()))]
        ),
        *(
            Leak("thread", _thread_name(ident), ("is at", *frames(frame, _DEPTH)))
            for ident, frame in found.threads.items()
        ),
        *(Leak("process", f"{pid} {_command(pid)}") for pid in found.processes),
    ]


def _switched_to(watcher: Any) -> Iterator[object]:
    """The greenlets that the watcher's callbacks switch to."""
    owner = getattr(watcher.callback, "__self__", None)
    yield owner
    yield getattr(owner, "greenlet", None)


def _greenlet_origin(thing: Any) -> tuple[str, ...]:
    lines = []
    if thing.gr_frame is not None:
        lines += ["blocked at", *frames(thing.gr_frame, _DEPTH)]
    spawned = getattr(thing, "spawning_stack", None)
    if spawned is not None:
        lines += ["spawned at", *frames(spawned, _DEPTH)]
    return (*lines, *_made_at(thing))


def _watcher_origin(watcher: Any) -> tuple[str, ...]:
    lines = []
    owner = getattr(watcher.callback, "__self__", None)
    # The list that the library's watchers append to says less than their arguments.
    if owner is not None and not isinstance(owner, list):
        lines.append(f"calls a method of {owner!r}")
    return (*lines, *_made_at(watcher))


def _made_at(thing: object) -> list[str]:
    """Where `thing` was allocated, when tracemalloc knows."""
    trace = tracemalloc.get_object_traceback(thing)
    if trace is None:
        return []
    return ["made at", *(f"    {frame.filename}:{frame.lineno}" for frame in trace)]


def _owners(fds: list[int]) -> dict[int, list[str]]:
    """The Python objects that hold each descriptor, where they can be found."""
    owners: dict[int, list[str]] = {}
    if fds:
        for thing in gc.get_objects():
            if issubclass(type(thing), _socket.socket | io.IOBase | Socket | Server):
                # An object that was not initialized has no attributes.
                with contextlib.suppress(OSError, ValueError, AttributeError):
                    fd = thing.fileno()
                    if fd in fds:
                        owners.setdefault(fd, []).extend([f"held by {thing!r}", *_made_at(thing)])
    return owners


def _is_socket(fd: int) -> bool:
    with contextlib.suppress(OSError):
        return stat.S_ISSOCK(os.fstat(fd).st_mode)
    return False


def _target(fd: int) -> str:
    try:
        if _is_socket(fd):
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
            return f"{family} {local} connected to {sock.getpeername()}"
        except OSError:
            return f"{family} {local}"
    finally:
        sock.detach()


def _thread_name(ident: int) -> str:
    thread = getattr(threading, "_active", {}).get(ident)
    return str(ident) if thread is None else repr(thread)


def _command(pid: int) -> str:
    with contextlib.suppress(OSError), open(f"/proc/{pid}/cmdline", "rb") as file:
        words = file.read().split(b"\0")
        if words[0]:
            return " ".join(os.fsdecode(word) for word in words).strip()
    return "(ended, not waited for)" if sys.platform == "linux" else ""
