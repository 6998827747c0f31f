"""gevent's StreamServer, with recv and sendall in a handler.

With --workers it forks that many processes, and each listens with SO_REUSEPORT on the same port.
"""

import os
import socket as constants
from collections.abc import Callable
from contextlib import suppress

import gevent
from arguments import BODY, CHUNK, HEADER, PIECE, PIECES, Arguments, announce, parse
from gevent.server import StreamServer
from gevent.socket import socket


def echo(sock: socket, arguments: Arguments) -> None:
    while data := sock.recv(65536):
        sock.sendall(data)


def sixteen(sock: socket, arguments: Arguments) -> None:
    while sock.recv(65536):
        for _ in range(PIECES):
            sock.sendall(PIECE)


def two_writes(sock: socket, arguments: Arguments) -> None:
    while sock.recv(65536):
        sock.sendall(HEADER)
        sock.sendall(BODY)


def sink(sock: socket, arguments: Arguments) -> None:
    total = 0
    while data := sock.recv(65536):
        total += len(data)


def source(sock: socket, arguments: Arguments) -> None:
    while True:
        sock.sendall(CHUNK)


def file(sock: socket, arguments: Arguments) -> None:
    with open(arguments.file, "rb") as opened:
        while True:
            opened.seek(0)
            sock.sendfile(opened)


def who(sock: socket, arguments: Arguments) -> None:
    sock.sendall(b"%d" % os.getpid())


HANDLERS: dict[str, Callable[[socket, Arguments], None]] = {
    "echo": echo,
    "sixteen": sixteen,
    "two-writes": two_writes,
    "sink": sink,
    "source": source,
    "file": file,
    "who": who,
}


def reuse_port_listener(port: int) -> socket:
    listener = socket(constants.AF_INET)
    listener.setsockopt(constants.SOL_SOCKET, constants.SO_REUSEPORT, 1)
    listener.bind(("127.0.0.1", port))
    return listener


def forked(workers: int) -> socket:
    """Fork the workers, and return the listener of each in it; the parent waits for them."""
    reserved = reuse_port_listener(0)  # it never listens, so that it is given no connection
    children = []
    for _ in range(workers):
        child = gevent.fork()
        if child == 0:
            return reuse_port_listener(reserved.getsockname()[1])
        children.append(child)
    for child in children:
        os.waitpid(child, 0)
    raise SystemExit


def main() -> None:
    arguments = parse(HANDLERS)
    handler = HANDLERS[arguments.mode]

    def handle(sock: socket, address: object) -> None:
        if arguments.no_delay and arguments.unix is None:
            sock.setsockopt(constants.IPPROTO_TCP, constants.TCP_NODELAY, 1)
        with suppress(ConnectionError):
            handler(sock, arguments)

    if arguments.workers:
        listener = forked(arguments.workers)
        listener.listen(arguments.backlog)
        server = StreamServer(listener, handle)
    elif arguments.unix is not None:
        listener = socket(constants.AF_UNIX)
        listener.bind(arguments.unix)
        listener.listen(arguments.backlog)
        server = StreamServer(listener, handle)
    else:
        server = StreamServer(("127.0.0.1", 0), handle, backlog=arguments.backlog)
    server.start()
    announce(arguments.unix or server.server_port or 0)
    server.serve_forever()


if __name__ == "__main__":
    main()
