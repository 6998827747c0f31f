"""Serving: Python's way of running a server, which blocks, and handlers, which may.

A server with `handler=` runs it in a greenlet for each connection. While handlers run, they are in
`_handlers`; a pool that is full pauses the accepting until it has room (`_await_room`).
"""

from __future__ import annotations

import errno
from collections.abc import Callable
from functools import partial
from types import TracebackType
from typing import TYPE_CHECKING, Any, NamedTuple, NoReturn, Self

from gevent import Greenlet, Timeout, spawn
from gevent.pool import Pool
from greenlet import GreenletExit, getcurrent

from . import errors, validate
from .program import on_stop
from .socket import WEATHER, Socket
from .turn import Parking
from .waitable import Waitable

__all__ = ["Drained", "Serving"]


class Drained(NamedTuple):
    """How the connections of a server ended."""

    #: How many ended by themselves.
    finished: int
    #: How many were closed because the time was up.
    cut: int


class Serving(Waitable):
    """The blocking calls of a Server."""

    __slots__ = ()

    _asked: bool
    _closed: bool | None
    _handler: Callable[[Socket], object] | None
    _handlers: dict[Socket, Any]
    _pool: Any
    _pool_waiter: Greenlet[..., Any] | None
    _serving: list[Parking]
    _draining: list[tuple[int, Parking]]
    _life: int
    _sockets: set[Socket]
    _spawn: Callable[..., Any]

    if TYPE_CHECKING:

        @property
        def listening(self) -> bool: ...
        def close(self) -> Self: ...
        def _resume_accepting(self) -> None: ...

    def _init_serving(self, handler: Any, spawner: Any) -> None:
        if handler is not None:
            validate.function(handler, "handler")
        self._handler = handler
        self._pool = None
        if spawner is None:
            self._spawn = spawn
        elif isinstance(spawner, int) and not isinstance(spawner, bool):
            self._pool = Pool(validate.int32(spawner, "spawn", 1))
            self._spawn = self._pool.spawn
        elif hasattr(spawner, "spawn"):
            self._pool = spawner if hasattr(spawner, "wait_available") else None
            self._spawn = spawner.spawn
        else:
            self._spawn = validate.function(spawner, "spawn")
        self._pool_waiter = None
        self._handlers = {}
        self._sockets = set()
        self._serving = []
        self._draining = []
        #: Whether `listen()` was called and the server does not listen yet.
        self._asked = False
        #: How many times `listen()` was called.
        self._life = 0
        #: None before the server has listened, False until `'close'` is emitted.
        self._closed = None
        self._links = None

    # Handlers.

    def _start_handler(self, socket: Socket) -> None:
        socket._begin_handled()
        handlers = self._handlers
        handlers[socket] = None
        try:
            greenlet = self._spawn(self._handle, socket)
        except BaseException:
            del handlers[socket]
            socket.destroy()
            raise
        if socket in handlers:
            handlers[socket] = greenlet
            if isinstance(greenlet, Greenlet):
                # For one that is killed before it has begun.
                greenlet.rawlink(partial(self._handler_gone, socket))

    def _handle(self, socket: Socket) -> None:
        try:
            assert self._handler is not None
            self._handler(socket)
        except (Timeout, TimeoutError) as error:
            # Its own limit: a fact about the peer. One line, and not a traceback for each.
            try:
                self._tell_limit(socket, error)
            finally:
                socket._listener_failed(error)
        except BaseException as error:
            if _found_nothing_more(socket, error):
                socket.destroy_soon()
            elif _is_its_end(socket, error):
                socket.destroy()
            else:
                socket._listener_failed(None if isinstance(error, GreenletExit) else error)
                raise
        else:
            socket.destroy_soon()
        finally:
            # In a forked child, or without a hub, there are none.
            self._handlers.pop(socket, None)
            self._check_idle()

    def _tell_limit(self, socket: Socket, error: BaseException) -> None:
        stream = self._turn.hub.exception_stream
        if stream:
            said = " ".join(str(error).split()) or "time is up"
            stream.write(f"handler of {socket!r}: {type(error).__name__}: {said}\n")

    def _handler_gone(self, socket: Socket, _: object) -> None:
        if socket in self._handlers:
            del self._handlers[socket]
            socket.destroy()
            self._check_idle()

    def _is_full(self) -> bool:
        return self._pool is not None and self._pool.full()

    def _await_room(self) -> None:
        """Accepting has paused because the pool is full: go on when it has room."""

        def wait() -> None:
            self._pool.wait_available()
            if self._pool_waiter is getcurrent():
                self._pool_waiter = None
                self._resume_accepting()

        if self._pool_waiter is None:
            self._pool_waiter = Greenlet.spawn(wait)

    def _stop_waiting(self) -> None:
        if self._pool_waiter is not None:
            self._pool_waiter.kill(block=False)
            self._pool_waiter = None

    # Running.

    def start(self) -> None:
        """Block until the server listens, as `listen()` was told to.

        Raises the error that listening fails with, and `ERR_SERVER_NOT_RUNNING` if `listen()` was
        not called.
        """
        self._turn.check_blocking()
        if not self.listening and not self._asked:
            raise errors.server_not_running()
        self.wait("listening")

    def serve_forever(self, drain_timeout: float | None = 10.0) -> None:
        """Block until the server is closed.

        SIGTERM and Ctrl-C close it as `drain(drain_timeout)` does (seconds; None waits for the
        connections as long as they last); a second signal destroys what is left. Then it returns.
        Signals are heard in the main thread only. Raises an error of the server that no `'error'`
        listener hears, and `ERR_SERVER_NOT_RUNNING` if `listen()` was not called.
        """
        self._turn.check_blocking()
        if drain_timeout is not None:
            validate.seconds(drain_timeout, "drain_timeout")
        if not self.listening and not self._asked:
            raise errors.server_not_running()
        draining: Greenlet[..., Any] | None = None

        def stop() -> None:
            nonlocal draining
            if draining is None:
                draining = Greenlet.spawn(self.drain, drain_timeout)
            else:
                self._cut(self._present())

        parking = Parking(self._turn)
        self._serving.append(parking)
        try:
            with on_stop(self._turn, stop):
                parking.park(None, "")
        finally:
            self._serving.remove(parking)
        if draining is not None:
            draining.join()

    def drain(self, timeout: float | None = None) -> Drained:
        """Stop accepting, and block until every connection has closed and its handler returned.

        After `timeout` seconds what is left is destroyed, and the handlers are killed. Returns how
        many connections ended by themselves and how many were cut. `'close'` follows.
        """
        self._turn.check_blocking()
        if timeout is not None:
            timeout = validate.seconds(timeout, "timeout")
        count = len(self._sockets)
        life, present = self._life, self._present()
        if self.listening or self._asked:
            self.close()
        cut = 0
        try:
            self._await_end(life, present, timeout)
        except errors.TimedOut:
            cut = len(present & self._sockets)
            self._cut(present)
            self._await_end(life, present, None)
        return Drained(count - cut, cut)

    def close_all_connections(self) -> None:
        """Destroy every connection. Never blocks. Reference: "server.closeAllConnections()"."""
        self._turn.check_thread()
        for socket in list(self._sockets):
            socket.destroy()

    def close_idle_connections(self) -> None:
        """Destroy the connections on which nothing is going on.

        That is, nothing waits to be sent or to be received, and the handler, if there is one, waits
        for the peer. Never blocks. Reference: "server.closeIdleConnections()".
        """
        self._turn.check_thread()
        for socket in list(self._sockets):
            if socket._is_idle(socket in self._handlers):
                socket.destroy()

    def __enter__(self) -> Self:
        """`start()`. Reference: "server[Symbol.asyncDispose]()" for the way out."""
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Stop accepting and close every connection; on an exception destroy it at once.

        Blocks until what was written is sent, and the handlers, whose next call on the socket
        raises, have returned.
        """
        self._turn.check_thread()
        life, present = self._life, self._present()
        if self.listening or self._asked:
            self.close()
        try:
            if error is None:
                for socket in present & self._sockets:
                    socket.destroy_soon()
                self._await_end(life, present, None)
        finally:
            self._cut(present)

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise errors.no_copy(self)

    def ready(self) -> bool:
        return self._closed is True

    def _present(self) -> set[Socket]:
        """Whose connection is open or whose handler runs."""
        return {*self._sockets, *self._handlers}

    def _await_end(self, life: int, present: set[Socket], timeout: float | None) -> None:
        """Block until this life is over and `present` are gone, but for the caller's handler.

        If it listens again meanwhile, the connections of that life are not waited for.
        """
        deadline = None if timeout is None else self._turn.fresh_clock() + timeout
        current = getcurrent()

        def is_over() -> bool:
            return (
                (self._closed is not False or life != self._life)
                and present.isdisjoint(self._sockets)
                and all(self._handlers.get(socket, current) is current for socket in present)
            )

        while not is_over():
            left = None if deadline is None else max(0.0, deadline - self._turn.fresh_clock())
            parking = Parking(self._turn)
            leaving = life, parking
            self._draining.append(leaving)
            try:
                parking.park(left, "drain()")
            finally:
                self._draining.remove(leaving)

    def _check_idle(self) -> None:
        """The server or a connection has closed, or a handler returned: let those look who wait."""
        for life, parking in self._draining:
            if self._closed or life != self._life:
                parking.wake(None)

    def _cut(self, present: set[Socket]) -> None:
        """Destroy these connections and kill their handlers, but for the caller's."""
        for socket in present & self._sockets:
            socket.destroy()
        current = getcurrent()
        for socket in present & self._handlers.keys():
            greenlet = self._handlers[socket]
            if isinstance(greenlet, Greenlet) and greenlet is not current:
                greenlet.kill(block=False)

    def _fail_serving(self, error: BaseException) -> bool:
        """Raise `error` in those who serve; False if there is nobody."""
        for parking in self._serving:
            parking.fail(error)
        return bool(self._serving)

    def _end_serving(self) -> None:
        """The server has closed."""
        self._closed = True
        self._check_idle()
        for parking in self._serving:
            parking.wake(None)
        self._call_links()


def _found_nothing_more(socket: Socket, error: BaseException) -> bool:
    """Whether a handler has asked for a message when the peer had sent its last."""
    return isinstance(error, errors.StreamEnded) and not error.partial and socket._ended


def _is_its_end(socket: Socket, error: BaseException) -> bool:
    """Whether a handler was ended by the end of its connection, which is not its failure."""
    if not isinstance(error, OSError) or not socket.destroyed:
        return False
    if error is socket.errored:
        return getattr(error, "code", None) in WEATHER
    return error.errno == errno.EBADF and isinstance(error, errors.SystemCallError)
