"""This library with connections that are accepted in one process and served in its child.

The mode is the way there: `send-handle`, over a Unix socket, or `multiprocessing`, through a
connection of that module. `child` is the other end of the first.
"""

import subprocess
import sys
import tempfile
from collections.abc import Callable
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path

import gevent.socket
from arguments import Arguments, announce, parse

import geventnet as net


def echo(sock: net.Socket) -> None:
    def on_data(data: bytes) -> None:
        sock.write(data)

    sock.on("data", on_data)
    sock.resume()


def serve(hand_over: Callable[[net.Socket], object], arguments: Arguments) -> None:
    server = net.create_server(hand_over, pause_on_connect=True)
    server.listen(0, "127.0.0.1", backlog=arguments.backlog)
    server.wait("listening")
    announce(server.port or 0)
    net.run()


def by_send_handle(arguments: Arguments) -> None:
    with tempfile.TemporaryDirectory() as directory:
        path = str(Path(directory, "socket"))
        with net.create_server(handles=True).listen(path) as ready:
            subprocess.Popen([sys.executable, __file__, "child", "--unix", path])
            channel = ready.wait("connection")
            serve(channel.send_handle, arguments)


def child(arguments: Arguments) -> None:
    assert arguments.unix is not None
    channel = net.connect(arguments.unix, handles=True)
    while True:
        sock, _ = channel.receive_handle()
        echo(sock)


def receive(channel: "Connection[object, net.Socket]") -> None:
    while True:
        gevent.socket.wait_read(channel.fileno())
        echo(channel.recv())


def by_multiprocessing(arguments: Arguments) -> None:
    here, there = get_context("spawn").Pipe()
    get_context("spawn").Process(target=receive, args=(there,), daemon=True).start()
    serve(here.send, arguments)


MODES: dict[str, Callable[[Arguments], None]] = {
    "send-handle": by_send_handle,
    "multiprocessing": by_multiprocessing,
    "child": child,
}


if __name__ == "__main__":
    arguments = parse(MODES)
    MODES[arguments.mode](arguments)
