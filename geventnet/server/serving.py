"""Serving: the calls of a Server that block the calling greenlet."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple, Protocol

from gevent import Greenlet
from greenlet import getcurrent

from .. import errors
from ..arguments import values
from ..loop.scheduler import Scheduler
from ..loop.waiting import Conditions, WaitList, countdown
from ..managers.notify import Readiness
from ..program import how_long_to_drain, on_stop
from ..socket.socket import Socket
from .connections import Connections
from .handlers import Handlers
from .listening import Listening

__all__ = ["Drainable", "Drained", "Serving"]


class Drained(NamedTuple):
    """How the connections of a server ended."""

    #: How many ended by themselves.
    finished: int
    #: How many were closed because the time was up.
    cut: int


class Drainable(Protocol):
    """The Server, whose methods the program may have overridden."""

    def close(self) -> object: ...
    def drain(self, timeout: float | None = None) -> Drained: ...
    def wait(self, event: Any, timeout: float | None = None) -> object: ...
    def listener_count(self, event: str) -> int: ...


class Listens(Protocol):
    """What a Server is made of."""

    @property
    def listening(self) -> Listening:
        """The listen that is under way, or was the last."""

    @property
    def is_listening(self) -> bool: ...

    def let_handed_go(self) -> None: ...

    connections: Connections
    handlers: Handlers


class Serving:
    """See `Server` for what each call does."""

    __slots__ = (
        "_count",
        "_cuts",
        "_draining",
        "_readiness",
        "_scheduler",
        "_server",
        "_service",
        "_serving",
    )

    def __init__(self, server: Drainable, service: Listens, scheduler: Scheduler) -> None:
        self._server = server
        self._service = service
        self._scheduler = scheduler
        #: Greenlets in `serve_forever()`.
        self._serving: WaitList[None] = WaitList(scheduler)
        #: Greenlets in `drain()`.
        self._draining = Conditions(scheduler)
        #: How many connections were open when the server last stopped accepting, and how many of
        #: them were cut since.
        self._count = self._cuts = 0
        self._readiness: Readiness = Readiness(scheduler)

    def start(self) -> None:
        self._check_wanted()
        self._server.wait("listening")

    def _check_wanted(self) -> None:
        self._scheduler.check_blocking()
        if not self._service.listening.is_wanted:
            raise errors.server_not_running()

    # Accepting.

    def accept(self, timeout: float | None) -> Socket:
        if timeout is not None:
            timeout = values.seconds(timeout, "timeout")
        connection = self._next(timeout)
        if connection is None:
            raise errors.server_not_running()
        return connection

    def accept_all(self) -> Iterator[Socket]:
        self._check_wanted()
        while (connection := self._next(None)) is not None:
            yield connection

    def _next(self, timeout: float | None) -> Socket | None:
        """The next connection; None if the server has closed."""
        service = self._service
        self._scheduler.check_blocking()
        if service.handlers.exist or self._server.listener_count("connection"):
            raise errors.NetRuntimeError(
                "The server's connections go to its handler or to a 'connection' listener",
                "ERR_INVALID_STATE",
            )
        left = countdown(self._scheduler.fresh_clock, timeout)
        if service.listening.is_wanted:
            self._server.wait("listening", timeout)
        untaken = service.connections.untaken
        untaken.asked = True
        while (connection := untaken.take()) is None:
            listening = service.listening
            if not listening.is_wanted:
                return None
            untaken.wait(lambda: not listening.is_wanted, listening.look_again, left())  # noqa: B023
        return connection

    # Serving.

    def serve_forever(self, drain_timeout: float | None) -> Drained:
        self._scheduler.check_blocking()
        limit = how_long_to_drain(drain_timeout)
        self._check_wanted()
        draining: Greenlet[..., Drained] | None = None

        def stop() -> None:
            nonlocal draining
            if draining is None:
                draining = Greenlet.spawn(self._server.drain, limit)
            else:
                self._cut(self._present())

        if self._service.is_listening:
            self._readiness.ready(self._service.listening)
        with on_stop(self._scheduler, stop):
            self._serving.wait(None)
        if draining is not None:
            draining.join()
        return Drained(self._count - self._cuts, self._cuts)

    def listening(self) -> None:
        """The server listens."""
        if self._serving:
            self._readiness.ready(self._service.listening)

    def ending(self) -> None:
        """The server stops accepting."""
        self._readiness.stopping(self._service.listening)
        self._count, self._cuts = len(self._service.connections.open), 0

    def drain(self, timeout: float | None) -> Drained:
        self._scheduler.check_blocking()
        if timeout is not None:
            timeout = values.seconds(timeout, "timeout")
        count = len(self._service.connections.open)
        listening, present = self._service.listening, self._present()
        if listening.is_wanted:
            self._server.close()
        cuts = self._cuts
        try:
            self._await_end(listening, present, timeout)
        except errors.TimedOut:
            self._cut(present)
            self._await_end(listening, present, None)
        cut = self._cuts - cuts
        return Drained(count - cut, cut)

    def leave(self, error: BaseException | None) -> None:
        """The way out of `with server:`."""
        self._scheduler.check_thread()
        listening, present = self._service.listening, self._present()
        if listening.is_wanted:
            self._server.close()
        try:
            if error is None:
                self._service.let_handed_go()
                for socket in present & self._service.connections.open:
                    socket.destroy_soon()
                self._await_end(listening, present, None)
        finally:
            self._cut(present)

    # What they wait for.

    def changed(self) -> None:
        """The server or a connection has closed, or a handler returned: let those look who wait."""
        self._draining.changed()

    def fail(self, error: BaseException) -> bool:
        """Raise `error` in those who serve; False if there is nobody."""
        for _, waiter in self._serving:
            waiter.fail(error)
        return self._service.connections.untaken.fail(error) or bool(self._serving)

    def closed(self) -> None:
        """The server has closed."""
        self.changed()
        for _, waiter in self._serving:
            waiter.wake()

    def _present(self) -> set[Socket]:
        """Whose connection is open or whose handler runs."""
        return {*self._service.connections.open, *self._service.handlers.running}

    def _await_end(self, listening: Listening, present: set[Socket], timeout: float | None) -> None:
        """Block until this listen has ended and `present` are gone, but for the caller's handler.

        If the server listens again meanwhile, the connections of that listen are not waited for.
        """
        left = countdown(self._scheduler.fresh_clock, timeout)
        current = getcurrent()

        def is_over() -> bool:
            return (
                listening.is_ended
                and present.isdisjoint(self._service.connections.open)
                and self._service.handlers.only_the_caller_is_in(present, current)
            )

        while not is_over():
            self._draining.wait(is_over, left(), "drain()")

    def _cut(self, present: set[Socket]) -> None:
        """Destroy these connections and kill their handlers, but for the caller's."""
        still_open = present & self._service.connections.open
        self._cuts += len(still_open)
        for socket in still_open:
            socket.destroy()
        self._service.handlers.kill(present)
        self._service.let_handed_go()
