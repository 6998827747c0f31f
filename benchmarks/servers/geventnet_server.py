"""This library, in both faces, by pipe, and as a cluster (--workers)."""

import os
from functools import partial
from typing import Protocol

from arguments import BODY, CHUNK, HEADER, PIECE, PIECES, Arguments, announce, parse

import geventnet as net
from geventnet import cluster


def echo(sock: net.Socket, arguments: Arguments) -> None:
    def on_data(data: bytes) -> None:
        sock.write(data)

    sock.on("data", on_data)


def listeners(sock: net.Socket, arguments: Arguments) -> None:
    """The echo of a program that also looks after its connection."""

    def on_data(data: bytes) -> None:
        sock.write(data)

    def on_error(error: BaseException) -> None:
        pass

    def on_close(had_error: bool) -> None:
        pass

    sock.on("data", on_data)
    sock.on("error", on_error)
    sock.on("close", on_close)
    sock.set_timeout(30)


def two_listeners(sock: net.Socket, arguments: Arguments) -> None:
    total = 0

    def on_data(data: bytes) -> None:
        sock.write(data)

    def count(data: bytes) -> None:
        nonlocal total
        total += len(data)

    sock.on("data", on_data)
    sock.on("data", count)


def encoding(sock: net.Socket, arguments: Arguments) -> None:
    def on_data(text: str) -> None:
        sock.write(text)

    sock.set_encoding("utf-8")
    sock.on("data", on_data)


def sixteen(sock: net.Socket, arguments: Arguments) -> None:
    def on_data(data: bytes) -> None:
        for _ in range(PIECES):
            sock.write(PIECE)

    sock.on("data", on_data)


def two_writes(sock: net.Socket, arguments: Arguments) -> None:
    def on_data(data: bytes) -> None:
        sock.write(HEADER)
        sock.write(BODY)

    sock.on("data", on_data)


def sink(sock: net.Socket, arguments: Arguments) -> None:
    total = 0

    def count(data: bytes) -> None:
        nonlocal total
        total += len(data)

    sock.on("data", count)


def source(sock: net.Socket, arguments: Arguments) -> None:
    def more(error: BaseException | None = None) -> None:
        if error is None:
            sock.write(CHUNK, callback=more)

    sock.on("error", lambda error: None)
    more()


def pipe(sock: net.Socket, arguments: Arguments) -> None:
    sock.pipe(sock)


def proxy(sock: net.Socket, arguments: Arguments) -> None:
    target = net.connect(arguments.to, "127.0.0.1")
    sock.on("error", lambda error: target.destroy())
    target.on("error", lambda error: sock.destroy())
    sock.pipe(target)
    target.pipe(sock)


def blocking(sock: net.Socket, arguments: Arguments) -> None:
    while data := sock.recv(65536):
        sock.sendall(data)


def blocking_sink(sock: net.Socket, arguments: Arguments) -> None:
    total = 0
    while data := sock.recv(65536):
        total += len(data)


def file(sock: net.Socket, arguments: Arguments) -> None:
    with open(arguments.file, "rb") as opened:
        while True:
            opened.seek(0)
            sock.sendfile(opened)


def who(sock: net.Socket, arguments: Arguments) -> None:
    sock.end(b"%d" % os.getpid())


class Serve(Protocol):
    def __call__(self, sock: net.Socket, arguments: Arguments) -> None: ...


LISTENERS: dict[str, Serve] = {
    "echo": echo,
    "listeners": listeners,
    "two-listeners": two_listeners,
    "encoding": encoding,
    "sixteen": sixteen,
    "two-writes": two_writes,
    "sink": sink,
    "source": source,
    "pipe": pipe,
    "proxy": proxy,
    "who": who,
}
HANDLERS: dict[str, Serve] = {
    "blocking": blocking,
    "blocking-sink": blocking_sink,
    "file": file,
}


def trusted() -> net.BlockList:
    peers = net.BlockList()
    peers.add_subnet("127.0.0.0", 8)
    return peers


def listening(arguments: Arguments) -> net.Server:
    create = partial(
        net.create_server,
        no_delay=arguments.no_delay,
        proxy_protocol=arguments.proxy_protocol,
        trusted=trusted() if arguments.proxy_protocol else None,
    )
    if arguments.mode in HANDLERS:
        server = create(handler=partial(HANDLERS[arguments.mode], arguments=arguments))
    else:
        server = create(partial(LISTENERS[arguments.mode], arguments=arguments))
    if arguments.unix:
        return server.listen(path=arguments.unix, backlog=arguments.backlog)
    return server.listen(
        port=0, host="127.0.0.1", backlog=arguments.backlog, reuse_port=arguments.reuse_port
    )


def main() -> None:
    arguments = parse(LISTENERS | HANDLERS)
    if arguments.workers:
        cluster.on("listening", lambda worker, address: announce(address.port))
        cluster.run(lambda: listening(arguments), workers=arguments.workers)
        return
    server = listening(arguments)
    server.wait("listening")
    announce(arguments.unix or server.port or 0)
    net.run()


if __name__ == "__main__":
    main()
