"""asyncio's protocols; ``asyncio_server.py uvloop MODE`` runs them on uvloop.

Both switch Nagle's algorithm off on every connection, with or without ``--no-delay``.
"""

import asyncio
import codecs
import sys
from collections.abc import Callable

from arguments import BODY, CHUNK, HEADER, PIECE, PIECES, announce, parse


class Connection(asyncio.Protocol):
    transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport  # type: ignore[assignment]


class Echo(Connection):
    def data_received(self, data: bytes) -> None:
        self.transport.write(data)


class TwoListeners(Connection):
    """A chunk is given to each of a list of listeners, as an emitter gives it."""

    def __init__(self) -> None:
        self.total = 0
        self.listeners: list[Callable[[bytes], None]] = [self.echo, self.count]

    def data_received(self, data: bytes) -> None:
        for listener in self.listeners:
            listener(data)

    def echo(self, data: bytes) -> None:
        self.transport.write(data)

    def count(self, data: bytes) -> None:
        self.total += len(data)


class Encoding(Connection):
    def __init__(self) -> None:
        self.decoder = codecs.getincrementaldecoder("utf-8")()

    def data_received(self, data: bytes) -> None:
        text = self.decoder.decode(data)
        self.transport.write(text.encode())


class Sixteen(Connection):
    def data_received(self, data: bytes) -> None:
        for _ in range(PIECES):
            self.transport.write(PIECE)


class TwoWrites(Connection):
    def data_received(self, data: bytes) -> None:
        self.transport.write(HEADER)
        self.transport.write(BODY)


class Sink(Connection):
    def __init__(self) -> None:
        self.total = 0

    def data_received(self, data: bytes) -> None:
        self.total += len(data)


class Source(Connection):
    """Writes while the transport takes it, some chunks each time, so that all connections move."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self.writing = True
        self.fill()

    def fill(self) -> None:
        if self.writing and not self.transport.is_closing():
            self.transport.write(CHUNK)
            asyncio.get_running_loop().call_soon(self.fill)

    def pause_writing(self) -> None:
        self.writing = False

    def resume_writing(self) -> None:
        self.writing = True
        self.fill()


PROTOCOLS: dict[str, type[Connection]] = {
    "echo": Echo,
    "two-listeners": TwoListeners,
    "encoding": Encoding,
    "sixteen": Sixteen,
    "two-writes": TwoWrites,
    "sink": Sink,
    "source": Source,
}


def raise_mmap_threshold() -> None:
    """Free one large block, as most programs have done at some time.

    Until then glibc's malloc gives each of asyncio's receive buffers of 256 KiB a mapping of its
    own, and a message costs three times as much: not what asyncio is to be compared by.
    """
    bytearray(16 << 20)


async def main() -> None:
    raise_mmap_threshold()
    arguments = parse(PROTOCOLS)
    protocol = PROTOCOLS[arguments.mode]
    loop = asyncio.get_running_loop()
    server: asyncio.Server
    if arguments.unix is not None:
        server = await loop.create_unix_server(protocol, arguments.unix, backlog=arguments.backlog)
    else:
        server = await loop.create_server(protocol, "127.0.0.1", 0, backlog=arguments.backlog)
    announce(arguments.unix or server.sockets[0].getsockname()[1])
    await server.serve_forever()


if __name__ == "__main__":
    if sys.argv[1:2] == ["uvloop"]:
        del sys.argv[1]
        import uvloop

        uvloop.run(main())
    else:
        asyncio.run(main())
