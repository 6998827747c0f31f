"""Loris: how long small echoes take beside slow lorises and a flooder."""

from __future__ import annotations

from typing import Any

import geventnet as net

from .child import peer

__all__ = ["run"]

_LORISES = 500
#: What an echo may take in the worst of a hundred cases (milliseconds).
_MOST = 250.0


def run(seconds: float, lorises: int = _LORISES) -> dict[str, object]:
    """Measure echoes with nobody else there, then under attack; raises AssertionError."""

    def lines(sock: net.Socket) -> None:
        try:
            while True:
                sock.sendall(sock.recv_until(b"\n"))
        except (EOFError, OSError):
            return

    by_line = _listen(net.create_server(handler=lines))
    echo = _listen(net.create_server(lambda sock: sock.on("data", sock.write)))
    half = max(int(seconds / 2), 1)
    ports = [port_of(by_line), port_of(echo)]
    quiet = _probe(ports[0], half)
    with peer("attack", *ports, lorises) as attackers:
        assert attackers.stdout.readline()
        attacked = _probe(ports[0], half)
    for server in (by_line, echo):
        server.drain(5)
    assert attacked[1] <= _MOST, f"p99 of an echo under attack: {attacked[1]} ms"
    return {
        "lorises": lorises,
        "alone p50/p99/worst (ms)": "/".join(map(str, quiet)),
        "attacked p50/p99/worst (ms)": "/".join(map(str, attacked)),
    }


def _listen(server: net.Server) -> net.Server:
    server.listen(0, "127.0.0.1")
    server.wait("listening")
    return server


def port_of(server: net.Server) -> int:
    address: Any = server.address()
    return int(address.port)


def _probe(port: int, seconds: int) -> list[float]:
    with peer("probe", port, seconds) as prober:
        return [float(line) for line in prober.stdout.read().splitlines()[1:]]
