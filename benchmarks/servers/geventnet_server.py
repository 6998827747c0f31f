"""This library, in both faces and by pipe."""

from collections.abc import Callable
from functools import partial

from arguments import BODY, CHUNK, HEADER, PIECE, PIECES, Arguments, announce, parse

import geventnet as net


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


LISTENERS: dict[str, Callable[[net.Socket, Arguments], None]] = {
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
}
HANDLERS: dict[str, Callable[[net.Socket, Arguments], None]] = {
    "blocking": blocking,
    "blocking-sink": blocking_sink,
    "file": file,
}


def main() -> None:
    arguments = parse(LISTENERS | HANDLERS)
    if arguments.mode in HANDLERS:
        handler = partial(HANDLERS[arguments.mode], arguments=arguments)
        server = net.create_server(handler=handler, no_delay=arguments.no_delay)
    else:
        listener = partial(LISTENERS[arguments.mode], arguments=arguments)
        server = net.create_server(listener, no_delay=arguments.no_delay)
    if arguments.unix is not None:
        server.listen(path=arguments.unix, backlog=arguments.backlog)
    else:
        server.listen(port=0, host="127.0.0.1", backlog=arguments.backlog)
    server.wait("listening")
    announce(arguments.unix or server.address().port)
    net.run()


if __name__ == "__main__":
    main()
