"""A server and what talks to it, closed together, and what is reported meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import gevent.socket
from gevent.event import Event

import geventnet as net
from geventnet.testing import Unhandled, unhandled

LOCAL = "127.0.0.1"
LIMIT = 20.0


class Service:
    """Servers with their connections, and peers, which are sockets of gevent."""

    def __init__(self) -> None:
        self.servers: list[net.Server] = []
        self.sockets: list[net.Socket] = []
        self.peers: list[Any] = []

    def serve(self, on_connection: Callable[[net.Socket], object], **options: Any) -> net.Server:
        def accepted(connection: net.Socket) -> None:
            self.sockets.append(connection)
            on_connection(connection)

        server = net.create_server(accepted, **options)
        self.servers.append(server)
        server.listen(0, LOCAL)
        server.wait("listening", LIMIT)
        return server

    def dial(self, server: net.Server) -> Any:
        peer = gevent.socket.create_connection((LOCAL, port_of(server)), LIMIT)
        self.peers.append(peer)
        return peer

    def connect(self, server: net.Server, **options: Any) -> net.Socket:
        connection = net.connect(port=port_of(server), host=LOCAL, **options)
        self.sockets.append(connection)
        return connection

    def stop(self) -> None:
        for peer in self.peers:
            peer.close()
        for one in self.sockets:
            one.destroy()
        for server in self.servers:
            if server.listening:
                self.close(server)

    def close(self, server: net.Server) -> None:
        closed = Event()
        server.close(closed.set)
        assert closed.wait(LIMIT)
        assert server.connections == 0


def port_of(server: net.Server) -> int:
    address: Any = server.address()
    return int(address.port)


@contextmanager
def reported() -> Iterator[Unhandled]:
    """The errors that are reported, instead of their tracebacks; the test looks at them itself."""
    with unhandled() as seen:
        yield seen
        accepted = seen[:]
        seen.clear()
    seen[:] = accepted
