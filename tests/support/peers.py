"""Sockets of the system or of gevent that a Socket talks to, and what they hear."""

from __future__ import annotations

import _socket
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import gevent
import pytest

import geventnet as net

LIMIT = 20.0
_RESET = b"\1\0\0\0\0\0\0\0"


@contextmanager
def pair(**options: Any) -> Iterator[tuple[net.Socket, socket.socket]]:
    """A Socket and, as its peer, a socket of the system that does not block."""
    near, far = socket.socketpair()
    far.setblocking(False)
    sock = net.Socket(fd=near.detach(), **options)
    try:
        yield sock, far
    finally:
        far.close()
        sock.destroy()


def poll() -> None:
    """Let the loop look at its descriptors once; `gevent.sleep(0)` would not make it."""
    gevent.idle()


def everything(far: socket.socket) -> bytes:
    """What comes up to the end, to a socket that does not block."""
    got: list[bytes] = []
    with gevent.Timeout(LIMIT):
        while True:
            try:
                chunk = far.recv(65536)
            except BlockingIOError:
                poll()
                continue
            if not chunk:
                return b"".join(got)
            got.append(chunk)


def exactly(peer: Any, size: int) -> bytes:
    """The next `size` bytes that a socket of gevent receives."""
    data = bytearray()
    while len(data) < size:
        chunk = peer.recv(min(size - len(data), 1 << 20))
        assert chunk, len(data)
        data += chunk
    return bytes(data)


def beat(peer: Any) -> None:
    """An echo of a few bytes."""
    peer.sendall(b"ping")
    assert exactly(peer, 4) == b"ping"


def reset(peer: Any) -> None:
    """Close with a reset, without a turn of the loop."""
    sock = _socket.socket(fileno=peer.detach())
    sock.setsockopt(_socket.SOL_SOCKET, _socket.SO_LINGER, _RESET)
    sock.close()


def code_of(call: Callable[[], object]) -> str:
    """The code of the misuse that a call raises."""
    with pytest.raises(net.NetError) as raised:
        call()
    return raised.value.code
