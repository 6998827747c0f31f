"""What exists in this process that should not outlive a test.

Of greenlets and watchers, of which only the garbage collector knows all, those are of interest that
are younger than the census. To look at all objects takes longer the more a program has imported. So
a census begins with a collection that makes everything old, and looks at the young objects only;
what becomes old meanwhile it is told by the collector. Where the collector keeps no such
generations, what is there before and after is compared.
"""

from __future__ import annotations

import contextlib
import gc
import os
import stat
import sys
import weakref
from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass, field
from types import FrameType
from typing import Any

import gevent
import gevent.hub
from gevent.threadpool import ThreadPool
from greenlet import getcurrent, greenlet

from ..loop.dispatcher import Dispatcher
from ..loop.unpatched import thread_ident
from .real import real_loop
from .stacks import root, thread_frames

__all__ = ["Census", "Found"]

#: Threads that run one of these are kept by whoever started them.
_KEEPERS = tuple(
    os.path.join(*path)
    for path in (("gevent", "threadpool.py"), ("gevent", "_monitor.py"), ("testing", "limits.py"))
)


@dataclass
class Found:
    """What exists, by what identifies it.

    Objects are held, so that their identity is not given to another one. A dispatcher that waits
    for work is neither recorded nor held: one that somebody can reach is not used again.
    """

    greenlets: dict[int, greenlet] = field(default_factory=dict)
    watchers: dict[int, Any] = field(default_factory=dict)
    descriptors: dict[tuple[int, Hashable], None] = field(default_factory=dict)
    threads: dict[int, FrameType] = field(default_factory=dict)
    processes: dict[int, None] = field(default_factory=dict)

    def since(self, before: Found) -> Found:
        return Found(
            {k: v for k, v in self.greenlets.items() if k not in before.greenlets},
            {k: v for k, v in self.watchers.items() if k not in before.watchers},
            {k: v for k, v in self.descriptors.items() if k not in before.descriptors},
            {k: v for k, v in self.threads.items() if k not in before.threads},
            {k: v for k, v in self.processes.items() if k not in before.processes},
        )

    def __bool__(self) -> bool:
        return any((self.greenlets, self.watchers, self.descriptors, self.threads, self.processes))


class _Witness:
    """Is old if the collector has made everything old."""


class Census:
    """Finds what has come into existence since it began, until it is closed."""

    def __init__(self) -> None:
        # The loop opens descriptors of its own in its first iteration.
        gevent.sleep(0)
        self._aged: list[Callable[[], Any]] = []
        self._by_age = True
        gc.callbacks.append(self._collecting)
        self.begin()

    def begin(self) -> None:
        """What exists now is not of interest."""
        witness = _Witness()
        gc.collect(1)
        self._by_age = not any(thing is witness for thing in _young())
        self._aged.clear()
        self._before = self._look()

    def close(self) -> None:
        gc.callbacks.remove(self._collecting)

    def news(self) -> Found:
        """What exists and did not when the census began."""
        return self._look().since(self._before)

    def _collecting(self, phase: str, info: dict[str, int]) -> None:
        """The collector is about to make the young objects old."""
        if phase == "start" and info["generation"] > 0:
            self._aged += [_reference(thing) for thing in _of_interest(_young())]

    def _look(self) -> Found:
        hub = gevent.get_hub()
        # libev opens its own descriptor anew, under another number, when a fork has confused it.
        loop = real_loop(hub)
        own = loop.fileno()
        found = Found(
            descriptors={key: None for key in _descriptors() if key[0] != own},
            threads=_threads(),
            processes=dict.fromkeys(_children()),
        )
        here = getcurrent()
        main = root(here)
        if self._by_age:
            things = _of_interest(_young())
            things += [thing for get in self._aged if (thing := get()) is not None]
            # With libuv the watcher of a number is used again by the next descriptor that has it.
            things += getattr(loop, "_io_watchers", {}).values()
        else:
            things = _of_interest(gc.get_objects())
        for thing in things:
            if isinstance(thing, greenlet):
                if (
                    thing
                    and thing is not here
                    and thing.parent is not None
                    and not isinstance(thing, gevent.hub.Hub)
                    and root(thing) is main
                    and not _waits_for_work(thing)
                ):
                    found.greenlets[id(thing)] = thing
            elif thing.loop is loop:
                for watcher in _sharers(thing):
                    # A closed fork watcher of libuv's has no such attribute.
                    if getattr(watcher, "active", False) and not isinstance(
                        getattr(watcher.callback, "__self__", None), ThreadPool
                    ):
                        found.watchers[id(watcher)] = watcher
        return found


def _young() -> list[Any]:
    return gc.get_objects(0) + gc.get_objects(1)


def _of_interest(things: list[Any]) -> list[Any]:
    """The greenlets and watchers among many objects, which are of few types."""
    wanted = (greenlet, *_watcher_types())
    # `isinstance` would ask the objects themselves.
    kinds = {kind for kind in set(map(type, things)) if issubclass(kind, wanted)}
    return [thing for thing in things if type(thing) in kinds] if kinds else []


def _reference(thing: Any) -> Callable[[], Any]:
    """A weak reference; a strong one to a watcher that can have none: it keeps nothing alive."""
    try:
        return weakref.ref(thing)
    except TypeError:
        return lambda: thing


def _watcher_types() -> tuple[type, ...]:
    """The base of the watchers of each event loop of gevent that is in use."""
    modules = (sys.modules.get(name) for name in ("gevent.libev.corecext", "gevent._ffi.watcher"))
    return tuple(module.watcher for module in modules if module is not None)


def _sharers(watcher: Any) -> list[Any]:
    """With libuv the watchers of a descriptor share one, which outlives each of them."""
    sharers: list[Any] = getattr(watcher, "_multiplex_watchers", [watcher])
    return sharers


def _waits_for_work(thing: greenlet) -> bool:
    return isinstance(thing, Dispatcher) and thing.blocked_in is None


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


def _threads() -> dict[int, FrameType]:
    """The frame in which each native thread is that nobody keeps."""
    threads = thread_frames()
    # This one is not looked at, and held by no frame.
    del threads[thread_ident()]
    return {ident: frame for ident, frame in threads.items() if not _is_kept(frame)}


def _is_kept(frame: FrameType | None) -> bool:
    while frame is not None:
        if frame.f_code.co_filename.endswith(_KEEPERS):
            return True
        frame = frame.f_back
    return False


def _children() -> Iterator[int]:
    """The child processes, those that have ended and were not waited for among them (Linux)."""
    with contextlib.suppress(OSError):
        for thread in os.listdir("/proc/self/task"):
            with contextlib.suppress(OSError), open(f"/proc/self/task/{thread}/children") as pids:
                yield from map(int, pids.read().split())
