"""FaultyProxy: what it does to the bytes, and when."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from typing import Any

import gevent
import pytest

import geventnet as net
from geventnet.testing import FaultyProxy, faults

MESSAGE = bytes(range(256)) * 40


def echo(sock: net.Socket) -> None:
    for chunk in sock:
        sock.sendall(chunk)


@pytest.fixture
def server(serve: Callable[..., net.Server]) -> net.Server:
    return serve(handler=echo, allow_half_open=True)


@pytest.fixture
def proxy(server: net.Server) -> Iterator[FaultyProxy]:
    with FaultyProxy(server, seed=11) as proxy:
        yield proxy


def said(sock: net.Socket, data: bytes = MESSAGE) -> bytes:
    """What comes back, up to the end."""
    sock.end(data)
    return b"".join(sock)


def test_without_faults_everything_passes(proxy: FaultyProxy, connect: Any) -> None:
    assert [said(connect(proxy, allow_half_open=True)) for _ in range(3)] == [MESSAGE] * 3
    assert proxy.connections == 3
    assert "seed=11" in repr(proxy)


def test_over_unix_sockets(serve: Any, connect: Any, socket_path: str) -> None:
    server = serve(handler=echo, path=socket_path, allow_half_open=True)
    with FaultyProxy(server, path=socket_path + "2") as proxy:
        assert said(connect(proxy, allow_half_open=True)) == MESSAGE
    assert not os.path.exists(socket_path + "2")


def test_latency(proxy: FaultyProxy, connect: Any) -> None:
    sock = connect(proxy)
    sock.sendall(b"x")
    assert sock.recv(1) == b"x"
    with proxy.add(faults.Latency(0.05, jitter=0.01)):
        began = time.monotonic()
        sock.sendall(b"ab")
        assert sock.recv_exactly(2) == b"ab"
        assert time.monotonic() - began >= 0.08
    assert proxy.port == proxy.address[1]


def test_bandwidth(proxy: FaultyProxy, connect: Any) -> None:
    proxy.add(faults.Bandwidth(100_000), "up")
    began = time.monotonic()
    assert said(connect(proxy, allow_half_open=True)) == MESSAGE
    assert time.monotonic() - began >= 0.08


def test_slices(proxy: FaultyProxy, connect: Any) -> None:
    proxy.add(faults.Slicing(3, delay=0.05), "down")
    sock = connect(proxy)
    sock.sendall(b"abcdefgh")
    chunks = [sock.recv(100) for _ in range(3)]
    assert chunks == [b"abc", b"def", b"gh"]


@pytest.mark.parametrize("spread", [0, 5])
def test_corruption_is_replayed_by_the_seed(server: net.Server, connect: Any, spread: int) -> None:
    got: list[bytes] = []
    for seed in (1, 1, 2):
        with FaultyProxy(server, seed=seed) as proxy:
            proxy.add(faults.Corruption(rate=0.01), "up")
            # However the bytes come in chunks.
            proxy.add(faults.Slicing(1000, spread * len(got), delay=0), "up")
            got.append(said(connect(proxy, allow_half_open=True)))
    assert got[0] == got[1] != got[2]
    changed = sum(a != b for a, b in zip(got[0], MESSAGE, strict=True))
    assert 50 < changed < 200


def test_one_byte_is_corrupted(proxy: FaultyProxy, connect: Any) -> None:
    proxy.add(faults.Corruption(at=7), "down")
    got = said(connect(proxy, allow_half_open=True))
    assert [i for i, byte in enumerate(got) if byte != MESSAGE[i]] == [7]


def test_limit_closes_in_order_after_so_many_bytes(proxy: FaultyProxy, connect: Any) -> None:
    proxy.add(faults.Limit(100), "down")
    assert said(connect(proxy, allow_half_open=True)) == MESSAGE[:100]


def test_reset_at_an_offset(proxy: FaultyProxy, connect: Any) -> None:
    proxy.add(faults.Reset(at=100), "down")
    sock = connect(proxy)
    sock.sendall(b"y" * 100)
    with pytest.raises(ConnectionResetError):
        sock.recv_exactly(101)


def test_reset_of_an_idle_connection(proxy: FaultyProxy, connect: Any) -> None:
    sock = connect(proxy)
    sock.sendall(b"y")
    assert sock.recv(1) == b"y"
    with proxy.add(faults.Reset()), pytest.raises(ConnectionResetError):
        sock.recv(1)


def test_stall_until_it_is_removed(proxy: FaultyProxy, connect: Any) -> None:
    sock = connect(proxy)
    with proxy.add(faults.Stall(at=3), "down"):
        sock.sendall(b"abcdef")
        assert sock.recv_exactly(3) == b"abc"
        with pytest.raises(gevent.Timeout), gevent.Timeout(0.05):
            sock.recv(1)
    assert sock.recv_exactly(3) == b"def"


def test_half_close(proxy: FaultyProxy, connect: Any, serve: Any) -> None:
    sock = connect(proxy, allow_half_open=True)
    with proxy.add(faults.HalfClose(at=2), "down"):
        sock.sendall(b"abc")
        assert b"".join(sock) == b"ab"
        sock.sendall(b"still")


def test_blackhole(proxy: FaultyProxy, connect: Any) -> None:
    sock = connect(proxy)
    with proxy.add(faults.Blackhole(), "up"):
        sock.sendall(b"gone")
        with pytest.raises(gevent.Timeout), gevent.Timeout(0.05):
            sock.recv(1)
    sock.sendall(b"here")
    assert sock.recv_exactly(4) == b"here"


def test_refuse(proxy: FaultyProxy, connect: Any) -> None:
    sock = connect(proxy)
    sock.sendall(b"x")
    assert sock.recv(1) == b"x"
    with proxy.add(faults.Refuse()):
        with pytest.raises(ConnectionRefusedError):
            connect(proxy)
        sock.sendall(b"x")
        assert sock.recv(1) == b"x"
    connect(proxy).destroy()


def test_an_upstream_that_refuses_resets(connect: Any, free_port: int) -> None:
    with FaultyProxy(free_port) as proxy, pytest.raises(ConnectionResetError):
        connect(proxy).recv(1)


def test_a_reset_of_the_client_is_passed_on(serve: Any, connect: Any) -> None:
    seen: Any = gevent.event.AsyncResult()

    def handler(sock: net.Socket) -> None:
        try:
            sock.recv_exactly(2)
        except OSError as error:
            seen.set(error)

    with FaultyProxy(serve(handler=handler)) as proxy:
        sock = connect(proxy)
        sock.sendall(b"x")
        sock.reset_and_destroy()
        assert isinstance(seen.get(timeout=5), ConnectionResetError)


def test_misuse(proxy: FaultyProxy) -> None:
    with pytest.raises(TypeError):
        proxy.add("latency")  # type: ignore[arg-type]
    with pytest.raises(ValueError):
        proxy.add(faults.Refuse(), "left")  # type: ignore[arg-type]


def test_the_fixture(server: net.Server, connect: Any, faulty_proxy: Any) -> None:
    assert said(connect(faulty_proxy(server, seed=3), allow_half_open=True)) == MESSAGE
