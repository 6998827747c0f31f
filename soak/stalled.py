"""Stalled: how much memory a client costs that never reads."""

from __future__ import annotations

import gc
import resource
from collections.abc import Callable

import gevent

import geventnet as net

from .child import peer
from .loris import port_of
from .memory import resident

__all__ = ["run"]

_CHUNK = b"s" * 16384
#: What one of them may cost (KiB of resident memory, with what the allocator keeps).
_MOST = 256.0


def run(clients: int) -> dict[str, object]:
    """Measure each way of serving such clients; raises AssertionError."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    figures: dict[str, object] = {"clients": clients}

    def told(name: str, on_connection: Callable[[net.Socket], object]) -> None:
        cost = _cost(clients, on_connection)
        figures[f"{name} (KiB each)"] = round(cost, 1)
        assert cost <= _MOST, f"{name}: {cost} KiB for each stalled client"

    told("silent", lambda sock: None)
    told("write until False", _write_until_false)
    told("sendall", _send_for_ever)
    with peer("pour", clients) as source:
        port = int(source.stdout.readline())
        told("piped", lambda sock: net.connect(port, "127.0.0.1").pipe(sock))
    return figures


def _write_until_false(sock: net.Socket) -> None:
    def more() -> None:
        while sock.write(_CHUNK):
            pass

    sock.on("drain", more)
    more()


def _send_for_ever(sock: net.Socket) -> None:
    try:
        while True:
            sock.sendall(_CHUNK)
    except OSError:
        return


def _cost(clients: int, on_connection: Callable[[net.Socket], object]) -> float:
    """KiB of memory for each of so many stalled clients."""
    sockets: list[net.Socket] = []

    def accepted(sock: net.Socket) -> None:
        sockets.append(sock)
        sock.on("error", lambda error: None)
        on_connection(sock)

    server = net.create_server(accepted)
    server.listen(0, "127.0.0.1")
    server.wait("listening")
    # What the first connection costs, once for all.
    with peer("stall", port_of(server), 1) as first:
        assert first.stdout.readline()
        _settle(sockets, 1)
    for sock in sockets:
        sock.destroy()
    sockets.clear()
    gc.collect()
    before = resident()
    with peer("stall", port_of(server), clients) as stalled:
        assert stalled.stdout.readline()
        _settle(sockets, clients)
        gc.collect()
        cost = (resident() - before) / clients
    server.drain(0)
    return cost


def _settle(sockets: list[net.Socket], clients: int) -> None:
    """Wait until all are there and nothing moves any more."""
    last = -1
    while True:
        moved = sum(sock.bytes_written for sock in sockets)
        if len(sockets) == clients and moved == last:
            return
        last = moved
        gevent.sleep(0.5)
