"""What an echo costs in Python at least: each mode does what the one before it does, and more.

loop        libev puts a ready connection on a list; after the poll each is read and written
dispatcher  that is done in a greenlet which is switched to once in an iteration of the loop
guards      after each connection it is made sure that nobody can reach that greenlet
listener    what was read is given to a function, which calls a method that writes

The steps are written out: a function that they shared would be a part of what is measured.
"""

import os
import socket
from collections.abc import Callable
from sys import getrefcount
from typing import Any
from weakref import getweakrefcount

from arguments import announce, parse
from gevent import get_hub
from greenlet import greenlet

CHUNK_SIZE = 65536


class Connection:
    __slots__ = ("listener", "number", "sock", "watcher")

    def __init__(self, sock: socket.socket, watcher: Any) -> None:
        self.sock = sock
        self.watcher = watcher  # gevent's, for reading
        self.number = sock.fileno()
        self.listener: Callable[[bytes], None] = lambda data: self.write(data)

    def write(self, data: bytes) -> None:
        os.write(self.number, data)

    def end(self) -> None:
        """The other side has closed, or reset, the connection."""
        self.watcher.stop()
        self.watcher.close()
        self.sock.close()


class Dispatcher(greenlet):
    """Runs `step` for `batch` whenever it is switched to."""

    def __init__(self, step: "Callable[[Dispatcher], None]") -> None:
        self.hub = get_hub()
        super().__init__(parent=self.hub)
        self.step = step
        self.batch: list[Connection] = []

    def run(self) -> None:
        while True:
            self.step(self)
            self.hub.switch()


def echo(batch: list[Connection]) -> None:
    for connection in batch:
        try:
            data = os.read(connection.number, CHUNK_SIZE)
        except ConnectionResetError:
            data = b""
        if data:
            os.write(connection.number, data)
        else:
            connection.end()


def guarded(dispatcher: Dispatcher) -> None:
    base = getrefcount(dispatcher)
    for connection in dispatcher.batch:
        try:
            data = os.read(connection.number, CHUNK_SIZE)
        except ConnectionResetError:
            data = b""
        if data:
            os.write(connection.number, data)
        else:
            connection.end()
        if (
            getrefcount(dispatcher) != base
            or getweakrefcount(dispatcher)
            or dispatcher.gr_context is not None
        ):
            raise SystemExit("somebody has kept the dispatcher")


def listened(dispatcher: Dispatcher) -> None:
    base = getrefcount(dispatcher)
    for connection in dispatcher.batch:
        try:
            data = os.read(connection.number, CHUNK_SIZE)
        except ConnectionResetError:
            data = b""
        if data:
            connection.listener(data)
        else:
            connection.end()
        if (
            getrefcount(dispatcher) != base
            or getweakrefcount(dispatcher)
            or dispatcher.gr_context is not None
        ):
            raise SystemExit("somebody has kept the dispatcher")


STEPS: dict[str, Callable[[Dispatcher], None] | None] = {
    "loop": None,
    "dispatcher": lambda dispatcher: echo(dispatcher.batch),
    "guards": guarded,
    "listener": listened,
}


def main() -> None:
    step = STEPS[parse(STEPS).mode]
    loop: Any = get_hub().loop
    ready: list[Connection] = []
    listening = socket.create_server(("127.0.0.1", 0), backlog=511)
    listening.setblocking(False)
    dispatcher = None if step is None else Dispatcher(step)

    def accept() -> None:
        try:
            sock, _ = listening.accept()
        except BlockingIOError:
            return
        sock.setblocking(False)
        connection = Connection(sock, loop.io(sock.fileno(), 1))
        connection.watcher.start(ready.append, connection)

    def serve() -> None:
        if not ready:
            return
        batch = ready[:]
        ready.clear()
        if dispatcher is None:
            echo(batch)
        else:
            dispatcher.batch = batch
            dispatcher.switch()

    acceptor = loop.io(listening.fileno(), 1)
    acceptor.start(accept)
    check = loop.check(priority=loop.MINPRI)
    check.start(serve)
    announce(listening.getsockname()[1])
    get_hub().join()


if __name__ == "__main__":
    main()
