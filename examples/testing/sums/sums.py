"""Adds numbers up: a plain server of gevent, without geventnet, with two bugs.

A client sends lines, "add 3", and gets the sum after each.
"""

from typing import Any

from gevent.server import StreamServer


def handle(sock: Any, address: object) -> None:
    total = 0
    while True:
        # A bug: what recv() returns is taken for whole lines.
        data = sock.recv(1024)
        if not data:
            break
        for line in data.splitlines():
            command, _, number = line.partition(b" ")
            if command == b"add":
                # Another one: what is no number ends the handler with a ValueError.
                total += int(number)
                sock.sendall(b"%d\n" % total)
    sock.close()


def make_server(port: int = 0) -> StreamServer:
    return StreamServer(("127.0.0.1", port), handle)
