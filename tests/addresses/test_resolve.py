"""Host names and addresses that are refused, cannot be looked up, or name a zone."""

from __future__ import annotations

import _socket
import errno
from typing import Any

import pytest

import geventnet as net

LIMIT = 10


@pytest.mark.parametrize("host", ["127.0.0.1\0.trusted.example", "\0", "localhost\0"])
def test_a_host_with_a_nul_is_refused_at_the_call(host: str) -> None:
    server = net.create_server()
    sock = net.Socket()
    for call in (
        lambda: sock.connect(1, host),
        lambda: sock.connect(port=1, host=host),
        lambda: net.connect(port=1, host=host),
        lambda: server.listen(0, host),
        lambda: server.listen(port=0, host=host),
    ):
        with pytest.raises(ValueError, match="must be a name without null bytes") as caught:
            call()
        assert getattr(caught.value, "code", None) == "ERR_INVALID_ARG_VALUE"
        assert "\0" not in str(caught.value)
    assert not sock.connecting
    assert not server.listening


@pytest.mark.parametrize("host", ["a" * 64, "a..b", ".", "\udc80.example", "\xe9" * 70, "x" * 400])
def test_a_name_that_cannot_be_encoded_is_not_found(
    host: str, capfd: pytest.CaptureFixture[str]
) -> None:
    sock = net.connect(1, host)
    with pytest.raises(net.LookupFailure) as caught:
        sock.wait("connect", LIMIT)
    assert caught.value.code == "ENOTFOUND"
    assert caught.value.hostname == host
    str(caught.value).encode()
    server = net.create_server().listen(0, host)
    with pytest.raises(net.LookupFailure):
        server.wait("listening", LIMIT)
    assert capfd.readouterr().err == ""


def test_a_message_shows_a_host_on_one_line_and_shortened() -> None:
    def fail(host: str, options: object, callback: Any) -> None:
        callback(None, "1.2.3.4\nroot logged in", 4)

    hosts = {
        "evil\r\nroot logged in\x1b[2J\u2028": "evil\\r\\nroot logged in\\x1b[2J\\u2028",
        "y" * 5000: "y" * 253 + "...",
    }
    for host, shown in hosts.items():
        with pytest.raises(net.LookupFailure) as caught:
            net.connect(1, host).wait("connect", LIMIT)
        assert str(caught.value) == f"getaddrinfo ENOTFOUND {shown}"
    with pytest.raises(net.NetError) as refused:
        net.connect(1, "name", lookup=fail).wait("connect", LIMIT)
    assert str(refused.value) == "Invalid IP address: 1.2.3.4\\nroot logged in"
    with pytest.raises(OSError) as missing:
        net.connect("/nowhere/\nroot logged in").wait("connect", LIMIT)
    assert str(missing.value) == "connect ENOENT /nowhere/\\nroot logged in"
    assert missing.value.address == "/nowhere/\nroot logged in"  # type: ignore[attr-defined]


@pytest.mark.parametrize("number", [errno.EAGAIN, errno.EALREADY, errno.EADDRNOTAVAIL, errno.EPERM])
def test_a_connect_that_the_system_refuses_at_once_is_an_error(
    number: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Refused(_socket.socket):
        def connect_ex(self, address: Any) -> int:
            return number

    sock = net.connect(1, "127.0.0.1")
    connected: list[None] = []
    sock.on("connect", lambda: connected.append(None))
    monkeypatch.setattr(_socket, "socket", Refused)
    with pytest.raises(OSError) as caught:
        sock.wait("connect", LIMIT)
    assert caught.value.errno == number
    assert not connected


def test_a_server_listens_on_an_address_with_a_zone() -> None:
    server = net.create_server().listen(0, "::1%lo")
    server.wait("listening", LIMIT)
    address = server.address()
    assert isinstance(address, net.AddressInfo)
    assert address.address == "::1"
    with net.connect(address.port, "::1%lo") as sock:
        assert sock.remote_address == "::1"
    server.close()
