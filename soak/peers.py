"""Peers: programs of plain sockets that talk to a server of the soak from processes of their own.

`python -m soak.peers NAME ARGUMENTS...`; each prints a line when it has begun, and ends when its
standard input is closed.
"""

from __future__ import annotations

import select
import socket
import sys
import threading
import time
from collections.abc import Callable

__all__ = ["LINE"]

_LOCAL = "127.0.0.1"
LINE = b"x" * 63 + b"\n"


def _dial(port: int, buffer: int | None = None) -> socket.socket:
    sock = socket.socket()
    if buffer is not None:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer)
    sock.connect((_LOCAL, port))
    return sock


def _told_to_end(timeout: float) -> bool:
    ready, _, _ = select.select([sys.stdin], [], [], timeout)
    return bool(ready)


def attack(lines: int, echo: int, number: int) -> None:
    """Slow lorises, who send a line byte by byte and never end it, and a flooder."""
    lorises = [_dial(lines) for _ in range(number)]
    flooder = _dial(echo)

    def flood() -> None:
        block = b"f" * (1 << 20)
        try:
            while True:
                flooder.sendall(block)
        except OSError:
            return

    def swallow() -> None:
        try:
            while flooder.recv(1 << 20):
                pass
        except OSError:
            return

    for work in (flood, swallow):
        threading.Thread(target=work, daemon=True).start()
    print("begun", flush=True)
    turn = 0
    while not _told_to_end(0.01):
        # Each of them says something once in a second.
        for loris in lorises[turn % 100 :: 100]:
            loris.sendall(b"l")
        turn += 1
    flooder.close()


def probe(lines: int, seconds: float) -> None:
    """Small echoes, one every few milliseconds; prints p50, p99 and the worst in milliseconds."""
    sock = _dial(lines)
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    sock.settimeout(30)
    took = []
    print("begun", flush=True)
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        before = time.perf_counter()
        sock.sendall(LINE)
        got = b""
        while len(got) < len(LINE):
            chunk = sock.recv(4096)
            if not chunk:
                sys.exit("the end came early")
            got += chunk
        took.append(time.perf_counter() - before)
        if got != LINE:
            sys.exit("other bytes came back")
        time.sleep(0.002)
    took.sort()
    for place in (len(took) // 2, len(took) * 99 // 100, len(took) - 1):
        print(f"{took[place] * 1000:.2f}")


def stall(port: int, number: int) -> None:
    """Connections that never read."""
    stalled = [_dial(port, 4096) for _ in range(number)]
    print("begun", flush=True)
    _told_to_end(3600)
    for sock in stalled:
        sock.close()


def pour(number: int) -> None:
    """A server that sends to each of its clients as much as it takes; prints its port."""
    listener = socket.create_server((_LOCAL, 0), backlog=511)
    print(listener.getsockname()[1], flush=True)
    listener.setblocking(False)
    poll = select.epoll()
    poll.register(listener, select.EPOLLIN)
    poll.register(sys.stdin, select.EPOLLIN)
    clients: dict[int, socket.socket] = {}
    block = b"p" * 65536
    while True:
        for fd, _ in poll.poll():
            if fd == sys.stdin.fileno():
                return
            if fd == listener.fileno():
                client, _ = listener.accept()
                client.setblocking(False)
                clients[client.fileno()] = client
                poll.register(client, select.EPOLLOUT)
                continue
            try:
                clients[fd].send(block)
            except BlockingIOError:
                continue
            except OSError:
                poll.unregister(fd)
                clients.pop(fd).close()


if __name__ == "__main__":
    _programs: tuple[Callable[..., None], ...] = (attack, probe, stall, pour)
    for _program in _programs:
        if _program.__name__ == sys.argv[1]:
            _program(*map(int, sys.argv[2:]))
