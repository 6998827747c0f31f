"""Server: listens, accepts connections and counts them."""

from __future__ import annotations

import os
from collections.abc import Callable, Hashable, Iterator, Mapping
from operator import attrgetter
from types import TracebackType
from typing import TYPE_CHECKING, Any, ClassVar, Final, Self, Unpack, overload

from .. import errors
from ..addresses.blocklist import BlockList
from ..addresses.info import AddressInfo, host_and_port
from ..arguments import values
from ..arguments.arity import fitting
from ..events.abort import AbortSignal
from ..events.emitter import EVENTS, EventEmitter
from ..events.names import Listener
from ..loop.tasks import FREE
from ..loop.unpatched import close_fd
from ..socket.carrying import carrier
from ..socket.passing import RECEIVERS, ServerPassage
from ..socket.served import is_idle
from ..socket.socket import Socket
from ..socket.travel import Carried
from ..stream.readable import read_mark
from ..transport.handles import share_for_listening
from .handlers import Handler, spawner
from .service import Service
from .serving import Drained
from .target import listen_target
from .travel import options_of, packed, unpacked

if TYPE_CHECKING:
    # Those of its events, typed.
    from ..connect.forms import Path
    from ..events.listeners import BareListener
    from .events import ConnectionListener
    from .events import ServerEvents as _Base
    from .forms import ListenOptions, Place
else:
    _Base = EventEmitter

__all__ = ["Server"]

_EVENTS: Final[Mapping[Hashable, int]] = {
    **EVENTS,
    "close": 0,
    "connection": 1,
    "drop": 1,
    "listening": 0,
}


class Server(_Base):
    """Listens on a TCP port or a Unix socket and emits `'connection'` with a Socket for each peer.

    The options are those of every connection: `allow_half_open`; `pause_on_connect` reads nothing
    until `resume()` or a blocking call, so that a child process may be given the connection;
    `no_delay`; `keep_alive` with `keep_alive_initial_delay` (seconds); `high_water_mark` and
    `max_buffered` (bytes; see `Socket`). Peers in `block_list` are disconnected at once.

    With `proxy_protocol` each connection begins with a header of the PROXY protocol, version 1 or
    2, which says who the client is: `remote_address` and its kin are the client's, `proxy_peer` is
    the proxy's end, and `proxy_header` is all of it. The peers in `trusted` must send one within
    `proxy_timeout` seconds, before `'connection'`; nothing is read from others. A connection
    without a header that can be accepted is closed, with `'drop'` and a reason. `block_list` is
    asked about the proxy and about the client.

    With `handles`, handles can be passed over its connections, on a Unix socket: see
    `Socket.send_handle`.

    `handler(socket)` runs in a greenlet of its own for each connection, where it may block: the
    socket is closed when it returns, and destroyed, with one traceback, if it raises. `spawn` makes
    that greenlet: a `gevent.pool.Pool`, or a number for a new one, bounds how many run at once, and
    nothing is accepted while it is full; else a function like `gevent.spawn`, which it is at first.
    Raises `NetError` for bad ones. Reference: "new net.Server()".
    """

    __slots__ = (
        "_net_keep_alive_delay",
        "_net_service",
        "allow_half_open",
        "block_list",
        "handles",
        "high_water_mark",
        "keep_alive",
        "max_buffered",
        "no_delay",
        "pause_on_connect",
        "proxy_protocol",
        "proxy_timeout",
        "trusted",
    )

    _net_event_arguments: ClassVar[Mapping[Hashable, int]] = _EVENTS

    #: Peers in it are disconnected as they are accepted, without an event; None blocks nobody.
    block_list: BlockList | None

    def __init__(
        self,
        connection_listener: ConnectionListener | None = None,
        *,
        handler: Handler | None = None,
        spawn: Any = None,
        allow_half_open: bool = False,
        pause_on_connect: bool = False,
        no_delay: bool = False,
        keep_alive: bool = False,
        keep_alive_initial_delay: float | None = 0,
        high_water_mark: int | None = None,
        max_buffered: int | None = None,
        block_list: BlockList | None = None,
        proxy_protocol: bool = False,
        trusted: BlockList | None = None,
        proxy_timeout: float = 5.0,
        handles: bool = False,
    ) -> None:
        delay = values.keep_alive_delay(keep_alive_initial_delay)
        # A negative one is none, as in Node.
        if high_water_mark is not None and values.number(high_water_mark, "high_water_mark") < 0:
            high_water_mark = None
        mark = read_mark(high_water_mark, False)
        limit = values.max_buffered(max_buffered)
        if connection_listener is not None:
            values.function(connection_listener, "connection_listener")
        for name, given in (("block_list", block_list), ("trusted", trusted)):
            if given is not None and not isinstance(given, BlockList):
                raise errors.invalid_arg_type(name, "BlockList", given)
        if proxy_protocol and trusted is None:
            raise errors.invalid_arg_value("trusted", None, "must say who may send PROXY headers")
        if values.seconds(proxy_timeout, "proxy_timeout") == 0:
            raise errors.out_of_range("proxy_timeout", "> 0", proxy_timeout)
        if handler is not None:
            values.function(handler, "handler")
        super().__init__()
        self.allow_half_open: bool = bool(allow_half_open)
        self.pause_on_connect: bool = bool(pause_on_connect)
        self.no_delay: bool = bool(no_delay)
        self.keep_alive: bool = bool(keep_alive)
        self._net_keep_alive_delay = delay
        self.high_water_mark: int = mark
        self.max_buffered: int | None = limit
        self.block_list = block_list
        self.proxy_protocol: bool = bool(proxy_protocol)
        self.trusted: BlockList | None = trusted
        self.proxy_timeout: float = float(proxy_timeout)
        self.handles: bool = bool(handles)
        self._net_service = Service(self, self._net_events, handler, spawner(spawn))
        if connection_listener is not None:
            self.on("connection", connection_listener)

    def __repr__(self) -> str:
        where = self.address()
        if isinstance(where, AddressInfo):
            state = f"listening on {host_and_port(where.address, where.port)}"
        elif where is not None:
            state = f"listening on {os.fsdecode(where).replace(chr(0), '@')}"
        else:
            state = "not listening"
        return f"<Server at {id(self):#x} {state}>"

    def __reduce_ex__(self, protocol: object) -> Any:
        """What `multiprocessing` sends. Raises TypeError elsewhere.

        The other process gets a Server of the same options, without listeners and handler, which
        has the descriptor: `server.listen(server)` there accepts from the same queue. This one
        goes on. Raises `ERR_SERVER_NOT_RUNNING` if it does not listen.
        """
        carry = carrier(self, is_given_up=False)
        self._net_check_carried()
        return self._net_received, (carry(self.fileno()), options_of(self))

    def _net_check_carried(self) -> None:
        if self.fileno() < 0:
            raise errors.server_not_running()

    def _net_passage(self) -> ServerPassage:
        """What `send_handle` sends."""
        self._net_check_carried()
        return ServerPassage(self.fileno(), packed(options_of(self)))

    @classmethod
    def _net_passed(cls, carried: Carried, options: dict[str, Any]) -> Self:
        """A server that `receive_handle` gives."""
        return cls._net_received(carried, unpacked(options))

    @classmethod
    def _net_received(cls, carried: Carried, options: dict[str, Any]) -> Self:
        """A server that comes from another process."""
        self = cls(**options)
        fd = carried.detach()
        try:
            self._net_service.inherited = share_for_listening(None, fd)
        except BaseException:
            close_fd(fd)
            raise
        return self

    def _net_check_thread(self) -> None:
        self._net_service.scheduler.check_thread()

    # Listening.

    @overload
    def listen(
        self,
        port: int | str | None = None,
        host: values.Host | None = None,
        backlog: int | None = None,
        callback: BareListener | None = None,
        **options: Unpack[ListenOptions],
    ) -> Self: ...
    @overload
    def listen(
        self,
        port: int | str | None,
        host: values.Host,
        callback: BareListener,
        /,
        **options: Unpack[ListenOptions],
    ) -> Self: ...
    @overload
    def listen(
        self,
        place: Place,
        backlog: int,
        callback: BareListener | None = None,
        /,
        **options: Unpack[ListenOptions],
    ) -> Self: ...
    @overload
    def listen(
        self,
        place: Place,
        callback: BareListener | None = None,
        /,
        **options: Unpack[ListenOptions],
    ) -> Self: ...
    @overload
    def listen(self, callback: BareListener, /, **options: Unpack[ListenOptions]) -> Self: ...
    @overload
    def listen(
        self,
        *,
        path: Path,
        backlog: int | None = None,
        callback: BareListener | None = None,
        **options: Unpack[ListenOptions],
    ) -> Self: ...
    def listen(
        self,
        *args: Any,
        port: int | str | None = values.NOT_GIVEN,
        host: values.Host | None = None,
        path: str | bytes | os.PathLike[str] | None = None,
        fd: int | None = None,
        backlog: int | None = None,
        exclusive: bool = False,
        readable_all: bool = False,
        writable_all: bool = False,
        ipv6_only: bool = False,
        reuse_port: bool = False,
        signal: AbortSignal | None = None,
        callback: Listener | None = None,
    ) -> Self:
        """Listen on a port, a path, or a handle that is bound already.

        The forms are `listen([port[, host[, backlog]]][, callback])`, `listen(path[, backlog][,
        callback])`, `listen(handle[, backlog][, callback])`, all of these by keyword, and
        `listen(address[, backlog][, callback])`: a `(host, port)` tuple, an AddressInfo or a
        SocketAddress. A text that reads like a host (`listen("127.0.0.1", 8124)`) is refused as a
        path, unless it is `path=`; a host may be an object of the module `ipaddress`. Port 0 or
        None is one that the system picks, and so is that of `listen()`; options alone, with neither
        port, path, fd nor handle, are an error. Without a host the server can be reached from
        every network: it is `::`, which takes IPv4 as well unless `ipv6_only`, or `0.0.0.0` on a
        system without IPv6. With `reuse_port` several servers of one user may listen on one port,
        and the system shares the connections out. In a worker of a cluster the address is shared
        with the other workers, unless it is `exclusive`. `readable_all` and `writable_all` open a
        Unix socket to every user; it is unlinked by `close()`. A handle is a Server, a Socket or
        anything with a `fileno()`, whose descriptor is duplicated; `fd` is a descriptor that the
        server owns from then on; both are bound, and may listen already. Aborting `signal` closes
        the server.

        Never blocks. `'listening'` follows, on which `callback` is called, or `'error'`. Raises
        `ERR_SERVER_ALREADY_LISTEN`, and another `NetError` for bad arguments.
        Reference: "server.listen()".
        """
        self._net_check_thread()
        if self._net_service.is_listening:
            raise errors.server_already_listen()
        given = listen_target(
            args,
            port=port,
            host=host,
            path=path,
            fd=fd,
            backlog=backlog,
            exclusive=exclusive,
            readable_all=readable_all,
            writable_all=writable_all,
            ipv6_only=ipv6_only,
            reuse_port=reuse_port,
            signal=signal,
            callback=callback,
        )
        if given.callback is not None:
            self.once("listening", given.callback)
        self._net_service.listen(given.target, signal)
        return self

    def close(self, callback: object = None) -> Self:
        """Stop accepting; `'close'` follows when every connection has closed.

        `callback(error_or_none)` is called then; the error is `ERR_SERVER_NOT_RUNNING` if the
        server was not listening. What cannot be called is none, so that `server.close` can be the
        listener of any event. Never blocks. Reference: "server.close([callback])".
        """
        self._net_check_thread()
        if callable(callback):
            tell = fitting(callback, 1)
            error = None if self._net_service.is_listening else errors.server_not_running()
            self.once("close", lambda: tell(error))
        self._net_service.close()
        return self

    def ready(self) -> bool:
        """Whether `'close'` was emitted, and nothing has begun anew since."""
        return self._net_service.is_closed

    def rawlink(self, callback: Callable[[Any], object]) -> None:
        """Call `callback(self)` in the hub, where it must not block, once this is ready.

        For `gevent.wait()` and its kin; `on("close", listener)` is for everything else.
        """
        self._net_check_thread()
        self._net_service.ready_links.add(callback, self._net_service.scheduler)

    def unlink(self, callback: Callable[[Any], object]) -> None:
        """Undo `rawlink`; nothing happens if it was not made."""
        self._net_check_thread()
        self._net_service.ready_links.discard(callback)

    def _net_holds(self, event: Hashable) -> tuple[Any, ...] | None:
        service = self._net_service
        if event == "connection":
            service.take_connections()
        holds = (event == "listening" and service.is_listening) or (
            event == "close" and service.is_closed
        )
        return () if holds else None

    def _net_listened(self, event: Hashable) -> None:
        if event == "connection":
            self._net_service.take_connections()

    # Running, which blocks.

    def start(self) -> None:
        """Block until the server listens, as `listen()` was told to.

        Raises the error that listening fails with, and `ERR_SERVER_NOT_RUNNING` if `listen()` was
        not called.
        """
        self._net_service.serving.start()

    def accept(self, timeout: float | None = None) -> Socket:
        """Block until there is a connection, and return its Socket, which is the caller's to close.

        For a server without a handler and without a `'connection'` listener. Connections that came
        before the call are returned first, in their order, unless they have closed. Once it was
        called, a connection is accepted only while a greenlet waits for one; the others wait in
        the system's queue (`backlog=`).

        Raises `TimeoutError` after `timeout` seconds, `ERR_SERVER_NOT_RUNNING` on a server that
        was closed or never listened, the error that listening or accepting fails with, and
        `ERR_INVALID_STATE` if there is a handler or a listener that takes the connections.
        """
        return self._net_service.serving.accept(timeout)

    def __iter__(self) -> Iterator[Socket]:
        """Accept one connection after another until the server is closed. As `accept`."""
        return self._net_service.serving.accept_all()

    def serve_forever(self, drain_timeout: float | None = values.NOT_GIVEN) -> Drained:
        """Block until the server is closed; returns how its connections ended then.

        SIGTERM and Ctrl-C close it as `drain(drain_timeout)` does: connections that are still open
        after `drain_timeout` seconds are cut: ten, or what `cluster.run()` says, unless something
        else is given. None waits for them as long as they last. A second signal destroys what is
        left. Then it returns. Of a server that was closed by `close()`, every connection has
        finished by itself.
        Signals are heard in the main thread only. A manager that has set `NOTIFY_SOCKET` is told
        READY=1 and STOPPING=1. Raises an error of the server that no `'error'`
        listener hears, and `ERR_SERVER_NOT_RUNNING` if `listen()` was not called.
        """
        return self._net_service.serving.serve_forever(drain_timeout)

    def drain(self, timeout: float | None = None) -> Drained:
        """Stop accepting, and block until every connection has closed and its handler returned.

        After `timeout` seconds what is left is destroyed, and the handlers are killed. Returns how
        many connections ended by themselves and how many were cut. `'close'` follows.
        """
        return self._net_service.serving.drain(timeout)

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
        self._net_service.serving.leave(error)

    # Connections.

    def close_all_connections(self) -> None:
        """Destroy every connection. Never blocks. Reference: "server.closeAllConnections()"."""
        self._net_check_thread()
        for socket in list(self._net_service.connections.open):
            socket.destroy()

    def close_idle_connections(self) -> None:
        """Destroy the connections on which nothing is going on.

        That is, nothing waits to be sent or to be received, and the handler, if there is one, waits
        for the peer. Never blocks. Reference: "server.closeIdleConnections()".
        """
        self._net_check_thread()
        service = self._net_service
        for socket in list(service.connections.open):
            if is_idle(socket, socket in service.handlers.running):
                socket.destroy()

    def get_connections(self, callback: Callable[..., object]) -> Self:
        """Call `callback(None, count)` with the number of open connections, later.

        Those that were handed to other processes, and live there, are counted.
        Reference: "server.getConnections(callback)".
        """
        self._net_check_thread()
        tell = fitting(values.function(callback, "callback"), 2)
        service = self._net_service
        connections = service.connections
        count = len(connections.open) + len(connections.handed)
        service.scheduler.call_soon(service.listening, FREE, tell, None, count)
        return self

    @property
    def connections(self) -> int | None:
        """Deprecated: how many connections are open; see `get_connections`.

        None once one was handed to another process. Reference: "server.connections".
        """
        connections = self._net_service.connections
        return None if connections.handed.ever else len(connections.open)

    @property
    def max_connections(self) -> int | None:
        """How many connections are open in this process at most; None, and 0, is no limit.

        What comes above it is dropped, with `'drop'`, or waits: see `drop_max_connection`.
        Reference: "server.maxConnections".
        """
        return self._net_service.connections.limit

    @max_connections.setter
    def max_connections(self, limit: int | None) -> None:
        self._net_check_thread()
        service = self._net_service
        service.connections.limit = (
            None if limit is None else values.int32(limit, "max_connections")
        )
        service.listening.look_again()

    @property
    def drop_max_connection(self) -> bool:
        """What becomes of the connections above `max_connections`: True drops them.

        False leaves them in the system's queue, for a connection here to close or for another
        process that listens on the same descriptor. Reference: "server.dropMaxConnection".
        """
        return self._net_service.connections.drops

    @drop_max_connection.setter
    def drop_max_connection(self, drops: bool) -> None:
        self._net_check_thread()
        service = self._net_service
        service.connections.drops = bool(drops)
        service.listening.look_again()

    # Properties.

    @property
    def listening(self) -> bool:
        """Whether the server accepts connections. Reference: "server.listening"."""
        return self._net_service.is_listening

    @property
    def keep_alive_initial_delay(self) -> int:
        """The delay of the option of that name, in whole seconds."""
        return self._net_keep_alive_delay

    def address(self) -> AddressInfo | str | bytes | None:
        """Where the server listens: an AddressInfo, a path, or None.

        Reference: "server.address()".
        """
        return self._net_service.address()

    @property
    def port(self) -> int | None:
        """The TCP port that the server listens on; None if it listens on none."""
        where = self._net_service.address()
        return where.port if isinstance(where, AddressInfo) else None

    def fileno(self) -> int:
        """The descriptor that is listened on, -1 if there is none.

        In a forked child, and in a Server that has come from another process, it is that of the
        other process, which nobody listens on here until `listen()` is
        called: `server.listen(server)` does so.
        """
        return self._net_service.fileno()

    def ref(self) -> Self:
        """Undo `unref()`: listening keeps `net.run()` running again. Reference: "server.ref()"."""
        self._net_check_thread()
        self._net_service.set_ref(True)
        return self

    def unref(self) -> Self:
        """Let `net.run()` return although the server listens. Reference: "server.unref()"."""
        self._net_check_thread()
        self._net_service.set_ref(False)
        return self


RECEIVERS["server"] = attrgetter("_net_passed")(Server)
