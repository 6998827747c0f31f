"""Handlers: the greenlets in which `handler=` runs, one for each connection."""

from __future__ import annotations

import errno
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any, Protocol

from gevent import Greenlet, Timeout, spawn
from gevent.pool import Pool
from greenlet import GreenletExit, getcurrent

from .. import errors
from ..arguments import values
from ..loop.scheduler import Scheduler
from ..socket.link import PEER_GONE
from ..socket.served import (
    begin_handled,
    end_handled,
    handler_failed,
    handler_ran_out_of_time,
    is_at_end,
)
from ..socket.socket import Socket

__all__ = ["Handler", "Handlers", "Spawner", "spawner"]

Handler = Callable[[Socket], object]
Spawn = Callable[..., object]


class Bounded(Protocol):
    """A pool, as far as accepting waits for it."""

    def full(self) -> bool: ...
    def wait_available(self) -> object: ...


class Spawner:
    """Makes the greenlets of the handlers; `pool` bounds how many run at once."""

    __slots__ = ("pool", "spawn")

    def __init__(self, spawn: Spawn, pool: Bounded | None = None) -> None:
        self.spawn: Spawn = spawn
        self.pool: Bounded | None = pool


def spawner(given: Any) -> Spawner:
    """The Spawner that the option `spawn=` stands for; raises `NetError`s."""
    if given is None:
        return Spawner(spawn)
    if isinstance(given, int) and not isinstance(given, bool):
        pool = Pool(values.int32(given, "spawn", 1))
        return Spawner(pool.spawn, pool)
    if hasattr(given, "spawn"):
        return Spawner(given.spawn, given if hasattr(given, "wait_available") else None)
    return Spawner(values.function(given, "spawn"))


class Handlers:
    """Runs `handler`, and knows whose handler runs.

    A socket is closed when its handler returns, and destroyed, with one traceback, if it raises.
    """

    __slots__ = ("_handler", "_on_left", "_scheduler", "_server", "_spawner", "exist", "running")

    def __init__(
        self,
        server: object,
        scheduler: Scheduler,
        handler: Handler | None,
        spawner: Spawner,
        on_left: Callable[[], object],
    ) -> None:
        self._server = server
        self._scheduler = scheduler
        self._handler = handler
        #: Whether there is a handler.
        self.exist: bool = handler is not None
        self._spawner = spawner
        self._on_left = on_left
        #: The sockets whose handler runs, and what `spawn` returned for it, once it has.
        self.running: dict[Socket, object] = {}

    def __repr__(self) -> str:
        # Part of the names of the greenlets.
        return f"handlers of {self._server!r}"

    # Room.

    def are_full(self) -> bool:
        pool = self._spawner.pool
        return pool is not None and pool.full()

    def when_pool_has_room(self, go_on: Callable[[], object]) -> Callable[[], object]:
        """Call `go_on` once the pool has room; returns what calls that off."""
        pool = self._spawner.pool
        assert pool is not None

        def wait() -> None:
            pool.wait_available()
            go_on()

        return partial(Greenlet.spawn(wait).kill, block=False)

    # Running.

    def start(self, socket: Socket) -> None:
        """Run the handler for `socket`, if there is one."""
        if self._handler is None:
            return
        begin_handled(socket)
        running = self.running
        running[socket] = None
        try:
            greenlet = self._spawner.spawn(self._handle, socket)
        except BaseException:
            del running[socket]
            socket.destroy()
            raise
        if socket in running:
            running[socket] = greenlet
            if isinstance(greenlet, Greenlet):
                # For one that is killed before it has begun.
                greenlet.rawlink(partial(self._gone, socket))

    def _handle(self, socket: Socket) -> None:
        assert self._handler is not None
        try:
            self._handler(socket)
        except (Timeout, TimeoutError) as error:
            # A limit that the handler has set: it says something about the peer, not the program.
            handler_ran_out_of_time(socket, error)
        except BaseException as error:
            if _found_nothing_more(socket, error):
                end_handled(socket)
            elif _is_its_end(socket, error):
                socket.destroy()
            else:
                handler_failed(socket, error)
                if isinstance(error, GreenletExit):
                    raise
        else:
            end_handled(socket)
        finally:
            # `Connections.forget` has emptied it in a forked child, or with the hub destroyed.
            self.running.pop(socket, None)
            self._on_left()

    def _gone(self, socket: Socket, _: object) -> None:
        if socket in self.running:
            del self.running[socket]
            socket.destroy()
            self._on_left()

    # Ending.

    def only_the_caller_is_in(self, sockets: Iterable[Socket], caller: object) -> bool:
        """Whether no handler of these sockets runs, but for the one that `caller` is."""
        return all(self.running.get(socket, caller) is caller for socket in sockets)

    def kill(self, sockets: set[Socket]) -> None:
        """Kill the handlers of these sockets, but for the caller's."""
        current = getcurrent()
        for socket in sockets & self.running.keys():
            greenlet = self.running[socket]
            if isinstance(greenlet, Greenlet) and greenlet is not current:
                greenlet.kill(block=False)


def _found_nothing_more(socket: Socket, error: BaseException) -> bool:
    """Whether a handler has asked for a message when the peer had sent its last."""
    return isinstance(error, errors.StreamEnded) and not error.partial and is_at_end(socket)


def _is_its_end(socket: Socket, error: BaseException) -> bool:
    """Whether a handler was ended by the end of its connection, which is not its failure."""
    if not isinstance(error, OSError) or not socket.destroyed:
        return False
    if error is socket.errored:
        return getattr(error, "code", None) in PEER_GONE
    return error.errno == errno.EBADF and isinstance(error, errors.SystemCallError)
