"""Crowd: very many short connections, of every kind, many at once."""

from __future__ import annotations

import contextlib
import gc
import random
import socket
import tempfile
import time
from typing import Any

import gevent
import gevent.socket
from gevent.event import Event
from gevent.pool import Pool

import geventnet as net
from geventnet.testing import no_leaks

from .ends import reset
from .faults import Kind, injected, spare
from .memory import resident

__all__ = ["run"]

_LOCAL = "127.0.0.1"
_AT_ONCE = 100
#: How long one connection may take (seconds).
_LIMIT = 30.0
#: How much the process may grow after its first tenth (KiB).
_MOST_GROWTH = 32768


def run(seed: int, connections: int) -> dict[str, object]:
    """Make so many connections; raises AssertionError."""
    chance = random.Random(seed)
    tape = random.Random(seed).randbytes(1 << 17)
    began = time.monotonic()
    with no_leaks(timeout=5), tempfile.TemporaryDirectory(prefix="soak-") as scratch:
        crowd = _Crowd(tape, scratch)
        with injected(seed, 500, Kind.SOFT):
            crowd.serve()
            early = max(connections // 10, 1)
            crowd.visit(chance, early)
            gc.collect()
            before = resident()
            crowd.visit(chance, connections - early)
            crowd.close()
        crowd.check()
        del crowd
        gc.collect()
        growth = resident() - before
    assert growth <= _MOST_GROWTH, f"{growth} KiB more after {connections} connections"
    seconds = time.monotonic() - began
    return {
        "connections": connections,
        "a second": round(connections / seconds),
        "growth (KiB)": growth,
    }


class _Crowd:
    def __init__(self, tape: bytes, scratch: str) -> None:
        self._tape = tape
        self._scratch = scratch
        self._servers: list[net.Server] = []
        self._where: list[dict[str, Any]] = []
        self._wrong: list[str] = []
        self._accepted = 0
        self._closes = 0

    def serve(self) -> None:
        """Echo servers of both faces, on TCP and on Unix sockets."""
        for over in ("tcp", "unix"):
            for blocking in (False, True):
                options: dict[str, Any]
                options = {"handler": self._echo} if blocking else {"allow_half_open": True}
                server = net.create_server(**options)
                server.on("connection", self._count)
                if not blocking:
                    server.on("connection", lambda sock: sock.pipe(sock))
                server.on("error", lambda error: self._wrong.append(f"server: {error!r}"))
                if over == "unix":
                    path = f"{self._scratch}/{blocking}"
                    server.listen(path)
                    self._where.append({"path": path})
                else:
                    server.listen(0, _LOCAL)
                server.wait("listening")
                if over == "tcp":
                    address: Any = server.address()
                    self._where.append({"port": address.port, "host": _LOCAL})
                self._servers.append(server)

    def _count(self, sock: net.Socket) -> None:
        self._accepted += 1
        sock.on("error", lambda error: None)
        sock.on("close", self._on_close)

    def _on_close(self, had_error: bool) -> None:
        self._closes += 1

    def _echo(self, sock: net.Socket) -> None:
        for chunk in sock:
            sock.sendall(chunk)

    def visit(self, chance: random.Random, number: int) -> None:
        """Make so many connections, a hundred at a time."""
        pool = Pool(_AT_ONCE)
        ways = (self._events, self._blocking, self._raw, self._rude)
        for _ in range(number):
            size = chance.choice((1, 64, 64, 1000, 1000, 100_000))
            start = chance.randrange(len(self._tape) - size)
            data = self._tape[start : start + size]
            way, where = chance.choice(ways), chance.choice(self._where)
            pool.spawn(self._visit, way, where, data)
            if self._wrong:
                break
        pool.join()
        assert not self._wrong, self._wrong[0]

    def _visit(self, way: Any, where: dict[str, Any], data: bytes) -> None:
        try:
            with gevent.Timeout(_LIMIT):
                way(where, data)
        except (Exception, gevent.Timeout) as error:
            self._wrong.append(f"{way.__name__} {where}, {len(data)} bytes: {error!r}")

    def _events(self, where: dict[str, Any], data: bytes) -> None:
        sock = net.connect(**where)
        got = bytearray()
        closed = Event()
        errors: list[BaseException] = []

        def on_data(chunk: bytes) -> None:
            got.extend(chunk)
            if len(got) >= len(data):
                sock.end()

        sock.on("data", on_data)
        sock.on("error", errors.append)
        sock.on("close", lambda had_error: closed.set())
        sock.write(data)
        closed.wait()
        assert not errors, errors
        assert got == data, "other bytes came back"

    def _blocking(self, where: dict[str, Any], data: bytes) -> None:
        with net.connect(**where) as sock:
            sender = gevent.spawn(sock.sendall, data)
            assert sock.recv_exactly(len(data)) == data, "other bytes came back"
            sender.get()

    def _raw(self, where: dict[str, Any], data: bytes) -> None:
        path = where.get("path")
        sock: Any = gevent.socket.socket(socket.AF_INET if path is None else socket.AF_UNIX)
        spare(sock.fileno())
        sock.connect((_LOCAL, where["port"]) if path is None else path)
        sender = gevent.spawn(sock.sendall, data)
        got = bytearray()
        while len(got) < len(data):
            chunk = sock.recv(65536)
            assert chunk, "the end came early"
            got += chunk
        assert got == data, "other bytes came back"
        sender.get()
        if len(data) == 64:
            reset(sock)
        sock.close()

    def _rude(self, where: dict[str, Any], data: bytes) -> None:
        """Leave without a word at some stage."""
        sock = net.connect(**where)
        closed = Event()
        sock.on("error", lambda error: None)
        sock.on("close", lambda had_error: closed.set())
        if len(data) > 1:
            sock.wait("connect")
            sock.write(data)
        if len(data) > 64 and "port" in where:
            sock.reset_and_destroy()
        sock.destroy()
        closed.wait()

    def close(self) -> None:
        for server in self._servers:
            server.drain(_LIMIT)

    def check(self) -> None:
        # 'close' of a connection may come after the server has counted it out.
        with contextlib.suppress(gevent.Timeout), gevent.Timeout(_LIMIT):
            while self._closes < self._accepted:
                gevent.sleep(0.01)
        assert self._accepted == self._closes, f"{self._accepted} accepted, {self._closes} closed"
        assert not self._wrong, self._wrong[0]
