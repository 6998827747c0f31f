"""Two of these fail: they find the two bugs of sums.py."""

from typing import Any

import pytest
from sums import make_server

from geventnet.testing import FaultyProxy, faults


@pytest.fixture
def server(serve: Any) -> Any:
    return serve(make_server())


def test_adds_up(server: Any, connect: Any) -> None:
    client = connect(server)
    client.sendall(b"add 3\nadd 40\n")
    assert client.recv_until(b"\n") == b"3\n"
    assert client.recv_until(b"\n") == b"43\n"


def test_adds_up_whatever_the_network_does(server: Any, connect: Any) -> None:
    with FaultyProxy(server, seed=1) as proxy:
        proxy.add(faults.Slicing(4), "up")
        client = connect(proxy)
        client.sendall(b"add 3\nadd 40\n")
        assert client.recv_until(b"\n") == b"3\n"
        assert client.recv_until(b"\n") == b"43\n"


def test_hangs_up_on_nonsense(server: Any, connect: Any) -> None:
    client = connect(server)
    client.sendall(b"add three\n")
    assert client.recv(100) == b""
