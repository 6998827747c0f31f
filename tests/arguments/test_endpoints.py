"""What the habits of Python's sockets make of the library: the host first, tuples, limits."""

from __future__ import annotations

import ipaddress
from pathlib import Path
from typing import Any

import pytest

import geventnet as net

LOCAL = "127.0.0.1"


def listening(*args: Any, **options: Any) -> net.Server:
    server = net.create_server(handler=lambda sock: sock.sendall(b"hello"))
    server.listen(*args, **options)
    server.wait("listening", 20)
    return server


def greeting(*args: Any, **options: Any) -> bytes:
    with net.connect(*args, **options) as sock:
        return sock.recv_exactly(5)


@pytest.mark.parametrize(
    "args",
    [
        ("127.0.0.1", 8080),
        ("localhost", 8080),
        ("0.0.0.0", 8080),
        ("::1", 8080),
        ("127.0.0.1",),
        ("localhost",),
        ("127.0.0.1:8080",),
        ("[::1]:8080",),
        (":8080",),
        ("example.com:80",),
        ("example.com", 8080),
        (b"127.0.0.1", 8080),
    ],
)
def test_a_host_is_no_path(args: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    server = net.create_server()
    socket = net.Socket()
    for call in (server.listen, socket.connect):
        with pytest.raises(net.NetValueError, match=r"port comes first: .*path=") as caught:
            call(*args)
        assert caught.value.code == "ERR_INVALID_ARG_VALUE"
    assert not list(tmp_path.iterdir())
    assert not server.listening and not socket.connecting


def test_the_message_says_what_to_write() -> None:
    with pytest.raises(ValueError) as caught:
        net.create_server().listen("127.0.0.1", 8124)
    assert str(caught.value) == (
        "listen('127.0.0.1', ...) names a Unix socket. For TCP the port comes first: "
        "listen(8124, '127.0.0.1') or listen(host='127.0.0.1', port=8124). "
        "For a Unix socket of that name write listen(path='127.0.0.1')"
    )


@pytest.mark.parametrize("call", [net.create_server().listen, net.Socket().connect])
@pytest.mark.parametrize("name", ["localhost", "example.com"])
def test_a_host_by_position_with_a_port_by_keyword(call: Any, name: str) -> None:
    with pytest.raises(ValueError, match="port comes first"):
        call(name, port=8080)


def test_what_reads_like_a_host_can_be_a_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with listening(path="localhost") as server:
        assert greeting(path="localhost") == b"hello"
        assert greeting(server) == b"hello"
    with listening("./127.0.0.1"):
        assert greeting("./127.0.0.1") == b"hello"
    with listening("echo.sock"):
        assert greeting("echo.sock") == b"hello"


def test_tuples_and_addresses() -> None:
    with listening((LOCAL, 0)) as server:
        where: Any = server.address()
        assert where.address == LOCAL
        for address in (
            (LOCAL, where.port),
            (ipaddress.ip_address(LOCAL), where.port),
            where,
            net.SocketAddress(LOCAL, where.port),
            server,
        ):
            assert greeting(address) == b"hello"
            with net.Socket().connect(address) as sock:
                assert sock.recv_exactly(5) == b"hello"
    for address in (where, net.SocketAddress(LOCAL, where.port), (LOCAL, where.port)):
        with listening(address, 5) as server:
            assert server.address() == where


def test_the_tuples_of_ipv6() -> None:
    with listening(("::1", 0, 0, 0)) as server:
        where: Any = server.address()
        assert greeting(("::1", where.port, 0, 0)) == b"hello"


def test_hosts_of_the_module_ipaddress() -> None:
    host = ipaddress.ip_address(LOCAL)
    with listening(0, host) as server:
        where: Any = server.address()
        assert greeting(where.port, host) == b"hello"
        assert greeting(port=where.port, host=host, local_address=host) == b"hello"
    with listening(port=0, host=host) as server:
        assert greeting(server) == b"hello"


def test_a_server_on_every_address_is_reached_on_the_loopback() -> None:
    for host, reached in (("0.0.0.0", LOCAL), ("::", "::1")):
        with listening(0, host) as server, net.connect(server) as sock:
            assert sock.remote_address == reached
            assert sock.recv_exactly(5) == b"hello"


def test_a_server_that_does_not_listen_is_nowhere() -> None:
    with pytest.raises(net.NetRuntimeError) as caught:
        net.connect(net.create_server())
    assert caught.value.code == "ERR_SERVER_NOT_RUNNING"
    assert "does not listen" in str(caught.value) and "start()" in str(caught.value)


@pytest.mark.parametrize("address", [(), (LOCAL,), (80, LOCAL), (LOCAL, 80, 1)])
def test_other_tuples(address: Any) -> None:
    for call in (net.create_server().listen, net.Socket().connect):
        with pytest.raises(net.NetTypeError, match=r"\(host, port\)"):
            call(address)
