"""Each option of sockets and servers: a test that fails when the option is ignored."""

from __future__ import annotations

import errno
import os
import socket as py_socket
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import geventnet as net
from geventnet.testing import fake_clock

TCP = py_socket.IPPROTO_TCP
LOCAL = "127.0.0.1"


class Pair:
    """A server on 127.0.0.1 with one connection; each side made with its own options."""

    def __init__(self) -> None:
        self.server: net.Server | None = None
        self.client: net.Socket | None = None
        self.peer: net.Socket | None = None

    def open(
        self, server: dict[str, Any] | None = None, client: dict[str, Any] | None = None
    ) -> tuple[net.Socket, net.Socket]:
        peers: list[net.Socket] = []
        self.server = net.create_server(peers.append, **(server or {}))
        self.server.listen(0, LOCAL)
        self.server.wait("listening")
        port = port_of(self.server)
        self.client = net.connect(port=port, host=LOCAL, **(client or {}))
        self.client.wait("connect")
        if not peers:
            self.server.wait("connection")
        self.peer = peers[0]
        return self.client, self.peer

    def close(self) -> None:
        for socket in (self.client, self.peer):
            if socket is not None and not socket.closed:
                socket.destroy()
                socket.wait("close")
        if self.server is not None and self.server.listening:
            self.server.close()
            self.server.wait("close")


@pytest.fixture
def pair() -> Iterator[Pair]:
    pair = Pair()
    yield pair
    pair.close()


@pytest.fixture
def path() -> Iterator[str]:
    with tempfile.TemporaryDirectory(prefix="gn-") as directory:
        yield os.path.join(directory, "s")


def option(socket: net.Socket | net.Server, level: int, name: int) -> int:
    with py_socket.socket(fileno=os.dup(socket.fileno())) as sock:
        return sock.getsockopt(level, name)


def keep_alive(socket: net.Socket) -> tuple[bool, int, int, int]:
    """Whether it is on, and the idle time, the interval and the count of the probes."""
    on = bool(option(socket, py_socket.SOL_SOCKET, py_socket.SO_KEEPALIVE))
    return (
        on,
        option(socket, TCP, py_socket.TCP_KEEPIDLE),
        option(socket, TCP, py_socket.TCP_KEEPINTVL),
        option(socket, TCP, py_socket.TCP_KEEPCNT),
    )


def no_delay(socket: net.Socket) -> bool:
    return bool(option(socket, TCP, py_socket.TCP_NODELAY))


def port_of(server: net.Server) -> int:
    address = server.address()
    assert isinstance(address, net.AddressInfo)
    return address.port


def closed(server: net.Server) -> None:
    server.close()
    server.wait("close")


@pytest.mark.parametrize("on", [False, True])
def test_no_delay_of_connect(pair: Pair, on: bool) -> None:
    client, peer = pair.open(client={"no_delay": on})
    assert no_delay(client) is on
    assert not no_delay(peer)


@pytest.mark.parametrize("on", [False, True])
def test_no_delay_of_server(pair: Pair, on: bool) -> None:
    client, peer = pair.open(server={"no_delay": on})
    assert no_delay(peer) is on
    assert not no_delay(client)


def test_set_no_delay(pair: Pair) -> None:
    client, _ = pair.open()
    assert no_delay(client.set_no_delay())
    assert not no_delay(client.set_no_delay(False))


def test_set_no_delay_before_connecting(pair: Pair) -> None:
    pair.open()
    assert pair.server is not None
    second = net.Socket().set_no_delay()
    second.connect(port_of(pair.server), LOCAL)
    second.wait("connect")
    assert no_delay(second)
    second.destroy()
    second.wait("close")


def test_keep_alive_of_connect(pair: Pair) -> None:
    client, peer = pair.open(client={"keep_alive": True, "keep_alive_initial_delay": 7})
    assert keep_alive(client) == (True, 7, 1, 10)
    assert not keep_alive(peer)[0]


def test_keep_alive_of_server(pair: Pair) -> None:
    client, peer = pair.open(server={"keep_alive": True, "keep_alive_initial_delay": 7})
    assert keep_alive(peer) == (True, 7, 1, 10)
    assert not keep_alive(client)[0]


def test_set_keep_alive(pair: Pair) -> None:
    client, _ = pair.open()
    assert keep_alive(client.set_keep_alive(True, 5)) == (True, 5, 1, 10)
    assert keep_alive(client.set_keep_alive(True)) == (True, 5, 1, 10)
    assert not keep_alive(client.set_keep_alive(False))[0]
    assert not keep_alive(client.set_keep_alive())[0]


def test_set_keep_alive_before_connecting(pair: Pair) -> None:
    pair.open()
    assert pair.server is not None
    second = net.Socket().set_keep_alive(True, 9)
    second.connect(port_of(pair.server), LOCAL)
    second.wait("connect")
    assert keep_alive(second) == (True, 9, 1, 10)
    second.destroy()
    second.wait("close")


def test_high_water_mark_of_connect(pair: Pair) -> None:
    client, peer = pair.open(client={"high_water_mark": 10})
    assert (client.readable_high_water_mark, client.writable_high_water_mark) == (10, 10)
    assert (peer.readable_high_water_mark, peer.writable_high_water_mark) == (16384, 16384)


def test_high_water_mark_of_server(pair: Pair) -> None:
    client, peer = pair.open(server={"high_water_mark": 10})
    assert (peer.readable_high_water_mark, peer.writable_high_water_mark) == (10, 10)
    assert (client.readable_high_water_mark, client.writable_high_water_mark) == (16384, 16384)


def test_high_water_mark_decides_what_write_answers() -> None:
    socket = net.connect(port=1, host=LOCAL, high_water_mark=10)
    socket.on("error", lambda error: None)
    assert socket.write(b"x" * 9)
    assert not socket.write(b"x")
    socket.destroy()
    socket.wait("close")


@pytest.mark.parametrize("allowed", [False, True])
def test_allow_half_open_of_server(pair: Pair, allowed: bool) -> None:
    client, peer = pair.open(server={"allow_half_open": allowed})
    peer.resume()
    client.resume()
    client.end()
    peer.wait("end")
    if allowed:
        assert peer.ready_state == "writeOnly"
        peer.end()
    peer.wait("close")
    assert peer.writable_finished


@pytest.mark.parametrize("allowed", [False, True])
def test_allow_half_open_of_connect(pair: Pair, allowed: bool) -> None:
    client, peer = pair.open(client={"allow_half_open": allowed})
    peer.resume()
    client.resume()
    peer.end()
    client.wait("end")
    if allowed:
        assert client.ready_state == "writeOnly"
        client.end()
    client.wait("close")
    assert client.writable_finished


def test_pause_on_connect(pair: Pair) -> None:
    client, peer = pair.open()
    assert not peer.is_paused()
    pair.close()
    client, peer = pair.open(server={"pause_on_connect": True})
    assert peer.is_paused()
    client.resume()
    client.end(b"waits")
    client.wait("finish")
    chunks: list[bytes] = []
    peer.on("data", chunks.append)
    assert peer.bytes_read == 0
    peer.resume()
    peer.wait("end")
    assert b"".join(chunks) == b"waits"


def test_signal_of_socket() -> None:
    controller = net.AbortController()
    socket = net.Socket(signal=controller.signal)
    controller.abort()
    assert socket.destroyed
    # Whoever waits for the error takes it: it is not reported.
    assert socket.wait("error", 20).code == "ABORT_ERR"
    assert socket.wait("error", 20).code == "ABORT_ERR"


def descriptors() -> tuple[int, int]:
    one, two = py_socket.socketpair()
    return one.detach(), two.detach()


def test_fd() -> None:
    first, second = descriptors()
    one, two = net.Socket(fd=first), net.Socket(fd=second)
    assert (one.fileno(), two.fileno()) == (first, second)
    chunks: list[bytes] = []
    two.on("data", chunks.append)
    one.resume().end(b"through the descriptor")
    two.wait("close")
    assert b"".join(chunks) == b"through the descriptor"
    one.wait("close")


def test_readable_false() -> None:
    first, second = descriptors()
    one, two = net.Socket(fd=first, readable=False), net.Socket(fd=second)
    assert not one.readable
    assert one.writable
    for socket in (one, two):
        socket.destroy()
        socket.wait("close")


def test_writable_false() -> None:
    first, second = descriptors()
    one, two = net.Socket(fd=first, writable=False), net.Socket(fd=second)
    assert not one.writable
    assert one.readable
    for socket in (one, two):
        socket.destroy()
        socket.wait("close")


def test_local_address_and_local_port(pair: Pair) -> None:
    with py_socket.socket() as sock:
        sock.bind(("127.0.0.3", 0))
        free = sock.getsockname()[1]
    client, peer = pair.open(client={"local_address": "127.0.0.3", "local_port": free})
    assert (client.local_address, client.local_port) == ("127.0.0.3", free)
    assert (peer.remote_address, peer.remote_port) == ("127.0.0.3", free)


def test_timeout_of_connect(pair: Pair) -> None:
    with fake_clock(autojump=True) as clock:
        client, _ = pair.open(client={"timeout": 20})
        assert client.timeout == 20
        client.wait("timeout")
        assert clock.now == 20


def test_set_timeout(pair: Pair) -> None:
    client, _ = pair.open()
    assert client.timeout is None
    with fake_clock(autojump=True) as clock:
        client.set_timeout(20)
        client.wait("timeout")
        assert clock.now == 20


def test_family_of_connect() -> None:
    def look_up(family: int) -> tuple[Any, ...]:
        client = net.connect(port=1, host="localhost", family=family)
        client.on("error", lambda error: None)
        result: tuple[Any, ...] = client.wait("lookup")
        client.destroy()
        return result

    assert look_up(4) == (None, "127.0.0.1", 4, "localhost")
    error, address, _, _ = look_up(6)
    # A localhost without an IPv6 address is an error, and never the IPv4 one.
    assert address == "::1" if error is None else error.hostname == "localhost"


def backlog_of(server: net.Server) -> int:
    """The limit of the accept queue: of a listening socket, tcpi_sacked of struct tcp_info."""
    with py_socket.socket(fileno=os.dup(server.fileno())) as sock:
        info = sock.getsockopt(TCP, py_socket.TCP_INFO, 32)
    return int.from_bytes(info[28:32], "little")


def system_backlog_limit() -> int:
    return int(Path("/proc/sys/net/core/somaxconn").read_text())


@pytest.mark.parametrize(("given", "kept"), [({}, 511), ({"backlog": 7}, 7)])
def test_backlog(given: dict[str, Any], kept: int) -> None:
    server = net.create_server().listen(port=0, host=LOCAL, **given)
    server.wait("listening")
    assert backlog_of(server) == min(kept, system_backlog_limit())
    closed(server)


def test_ipv6_only() -> None:
    server = net.create_server().listen(port=0, host="::", ipv6_only=True)
    server.wait("listening")
    assert option(server, py_socket.IPPROTO_IPV6, py_socket.IPV6_V6ONLY) == 1
    closed(server)


def test_both_families_without_ipv6_only() -> None:
    server = net.create_server().listen(port=0, host="::")
    server.wait("listening")
    assert option(server, py_socket.IPPROTO_IPV6, py_socket.IPV6_V6ONLY) == 0
    closed(server)


@pytest.mark.parametrize(
    ("options", "mode"),
    [
        ({}, 0o700),
        ({"readable_all": True}, 0o744),
        ({"writable_all": True}, 0o722),
        ({"readable_all": True, "writable_all": True}, 0o766),
    ],
)
def test_modes_of_a_unix_socket(path: str, options: dict[str, Any], mode: int) -> None:
    before = os.umask(0o077)
    try:
        server = net.create_server().listen(path=path, **options)
    finally:
        os.umask(before)
    server.wait("listening")
    assert stat.S_IMODE(os.stat(path).st_mode) == mode
    closed(server)


def test_host_and_port_of_listen() -> None:
    with py_socket.socket() as sock:
        sock.bind(("127.0.0.2", 0))
        free = sock.getsockname()[1]
    server = net.create_server().listen(port=free, host="127.0.0.2")
    server.wait("listening")
    assert server.address() == net.AddressInfo("127.0.0.2", "IPv4", free)
    closed(server)


def test_path_of_listen(path: str) -> None:
    server = net.create_server().listen(path=path)
    server.wait("listening")
    assert server.address() == path
    assert stat.S_ISSOCK(os.stat(path).st_mode)
    closed(server)
    assert not os.path.exists(path)


def test_fd_of_listen() -> None:
    with py_socket.create_server((LOCAL, 0)) as sock:
        port = sock.getsockname()[1]
        server = net.create_server().listen(fd=sock.detach())
    server.wait("listening")
    assert port_of(server) == port
    closed(server)


def test_signal_of_listen() -> None:
    controller = net.AbortController()
    server = net.create_server().listen(port=0, host=LOCAL, signal=controller.signal)
    server.wait("listening")
    controller.abort()
    server.wait("close")
    assert not server.listening


def test_callback_of_listen_and_close() -> None:
    calls: list[str] = []
    server = net.create_server().listen(0, LOCAL, lambda: calls.append("listening"))
    server.wait("listening")
    server.close(lambda *error: calls.append("closed"))
    server.wait("close")
    assert calls == ["listening", "closed"]


def test_max_connections(pair: Pair) -> None:
    dropped: list[Any] = []
    ports: list[int | None] = []
    pair.open()
    assert pair.server is not None
    pair.server.max_connections = 1
    pair.server.on("drop", dropped.append)
    second = net.connect(port_of(pair.server), LOCAL)
    second.on("connect", lambda: ports.append(second.local_port))
    second.resume().wait("close")
    assert [info.remote_port for info in dropped] == ports


def test_a_taken_port_is_refused(pair: Pair) -> None:
    pair.open()
    assert pair.server is not None
    second = net.create_server().listen(port_of(pair.server), LOCAL)
    assert second.wait("error").errno == errno.EADDRINUSE
