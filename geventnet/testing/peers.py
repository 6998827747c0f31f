"""Servers, connections and pairs of sockets of a test, that are closed together."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Callable, Iterator
from typing import Any, Literal, Self, TypeAlias

from gevent import socket

from ..addresses.info import AddressInfo
from ..errors import NetRuntimeError
from ..server import Server, create_server
from ..socket import Socket, connect

__all__ = ["LOCAL", "Peers", "Place", "free_port", "place_of", "socket_path"]

LOCAL = "127.0.0.1"
#: Seconds that a server may take to listen and a connection to be made.
_LIMIT = 20.0

#: Where something listens: `(host, port)`, a port of this machine, the path of a Unix socket, or
#: whatever has an `address`, like the servers of this library and of gevent, and a FaultyProxy.
Place: TypeAlias = Any


class Peers:
    """Makes servers and connections, and closes them all on leaving the `with`.

    Everything blocks the calling greenlet until it is done.
    """

    def __init__(self) -> None:
        self._stack = contextlib.ExitStack()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self._stack.close()

    def serve(
        self,
        listener: Callable[[Socket], object] | Any = None,
        *,
        handler: Callable[[Socket], object] | None = None,
        host: str = LOCAL,
        port: int = 0,
        path: str | None = None,
        **options: Any,
    ) -> Any:
        """A server that listens, at a port of the system's choice or at `path`.

        `listener`, `handler` and `options` are those of `net.create_server`. A Server that was
        made already, in the place of `listener`, is told to listen unless it was. A server of
        gevent (whatever has `start` and `stop`) is started, and stopped in the end. Raises what
        `listen` does.
        """
        if hasattr(listener, "start") and hasattr(listener, "stop"):
            listener.start()
            self._stack.callback(listener.stop)
            return listener
        if isinstance(listener, Server):
            server = listener
        else:
            server = create_server(listener, handler=handler, **options)
        self._stack.callback(_stop, server)
        # It says so if `listen` was not called.
        with contextlib.suppress(NetRuntimeError):
            server.start()
        if not server.listening:
            if path is None:
                server.listen(port, host)
            else:
                server.listen(path)
            server.wait("listening", _LIMIT)
        return server

    def connect(self, to: Place, **options: Any) -> Socket:
        """A Socket that is connected to a server, a port, `(host, port)` or the path of a socket.

        `options` are those of `net.connect`. Raises the error of the connection.
        """
        connection = connect(place_of(to), **options)
        self._stack.callback(connection.destroy)
        connection.wait("connect", _LIMIT)
        return connection

    def socket_pair(
        self, kind: Literal["tcp", "unix"] = "tcp", **options: Any
    ) -> tuple[Socket, Socket]:
        """Two Sockets that are connected to each other, over TCP or as Unix sockets.

        `options` are those of `net.Socket`, for both.
        """
        near, far = _pair(kind)
        pair = []
        for end in (near, far):
            pair.append(Socket(fd=end.detach(), **options))
            self._stack.callback(pair[-1].destroy)
        return pair[0], pair[1]


def _pair(kind: str) -> tuple[Any, Any]:
    if kind == "unix":
        return socket.socketpair()
    if kind != "tcp":
        raise ValueError(f"a pair is 'tcp' or 'unix', not {kind!r}")
    with contextlib.closing(socket.socket()) as listening:
        listening.bind((LOCAL, 0))
        listening.listen(1)
        near = socket.create_connection(listening.getsockname(), _LIMIT)
        return near, listening.accept()[0]


def _stop(server: Server) -> None:
    """Close a server and destroy its connections; its handlers have returned then."""
    server.close_all_connections()
    if server.listening:
        server.drain(0)


def place_of(to: Place) -> tuple[str, int] | str:
    """The host and port, or the path, of a place."""
    if isinstance(to, int):
        return LOCAL, to
    if isinstance(to, str):
        return to
    if isinstance(to, AddressInfo):
        return to.address, to.port
    if isinstance(to, tuple):
        return str(to[0]), int(to[1])
    address = to.address
    if callable(address):
        address = address()
    if address is None:
        raise ValueError(f"{to!r} does not listen")
    return place_of(address)


def free_port() -> int:
    """A TCP port of 127.0.0.1 at which nobody listens at the moment."""
    with contextlib.closing(socket.socket()) as probe:
        probe.bind((LOCAL, 0))
        port: int = probe.getsockname()[1]
        return port


@contextlib.contextmanager
def socket_path() -> Iterator[str]:
    """A path for a Unix socket, short enough for one, in a directory that is removed on leaving."""
    with tempfile.TemporaryDirectory(prefix="net-") as directory:
        yield os.path.join(directory, "s")
