"""What `repr` says of the library's objects."""

from __future__ import annotations

import re
import socket
from pathlib import Path

import pytest
from support.service import LIMIT, LOCAL, Service, port_of

import geventnet as net


def said(thing: object) -> str:
    """The repr of `thing` without its address in memory."""
    return re.sub(r" at 0x[0-9a-f]+", "", repr(thing))


def ends(one: tuple[str, int], other: tuple[str, int]) -> str:
    return f"{one[0]}:{one[1]} to {other[0]}:{other[1]}"


def test_a_new_socket() -> None:
    sock = net.Socket()
    assert said(sock) == "<Socket new>"
    sock.destroy()
    assert said(sock) == "<Socket closed>"


def test_both_ends_of_a_tcp_connection() -> None:
    service = Service()
    try:
        server = service.serve(lambda sock: None)
        with net.connect(port_of(server), LOCAL) as client:
            there, here = client.getpeername(), client.getsockname()
            assert said(client) == f"<Socket open {ends(here, there)}>"
            if not service.sockets:
                server.wait("connection", LIMIT)
            assert said(service.sockets[0]) == f"<Socket open {ends(there, here)}>"
        assert said(client) == "<Socket closed>"
    finally:
        service.stop()


def test_where_a_socket_is_connecting_to() -> None:
    never = net.Socket()
    never.connect(80, "example.invalid", lookup=lambda *args: None)
    assert said(never) == "<Socket connecting to example.invalid:80>"
    never.destroy()
    never = net.connect(80, "::1")
    assert said(never) == "<Socket connecting to [::1]:80>"
    never.destroy()


def test_a_connection_that_has_failed_says_which_it_was(tmp_path: Path) -> None:
    path = str(tmp_path / "nobody")
    sock = net.connect(path=path)
    with pytest.raises(FileNotFoundError):
        sock.wait("close", LIMIT)
    assert said(sock) == f"<Socket closed (to {path})>"


def test_the_ends_of_a_failed_connection_are_known_after_it() -> None:
    server = net.create_server()
    server.listen(0, LOCAL)
    with server, net.connect(server.address().port, LOCAL) as client:  # type: ignore[union-attr]
        both = ends(client.getsockname(), client.getpeername())
        client.on("error", lambda error: None)
        client.destroy(LookupError("mine"))
        assert said(client) == f"<Socket closed ({both})>"


def test_the_ends_of_a_unix_connection(tmp_path: Path) -> None:
    path = str(tmp_path / "sock")
    accepted: list[net.Socket] = []
    server = net.create_server(accepted.append)
    server.listen(path)
    with server, net.connect(path) as client:
        assert said(client) == f"<Socket open to {path}>"
        if not accepted:
            server.wait("connection", LIMIT)
        assert said(accepted[0]) == f"<Socket open on {path}>"
        assert said(server) == f"<Server listening on {path}>"


def test_a_pair_has_no_ends() -> None:
    one, other = socket.socketpair()
    with other, net.Socket.adopt(one) as sock:
        assert said(sock) == "<Socket open>"


@pytest.mark.skipif(not socket.has_ipv6, reason="no IPv6")
def test_a_server() -> None:
    server = net.create_server()
    assert said(server) == "<Server not listening>"
    server.listen(0, "::1")
    with server:
        assert said(server) == f"<Server listening on [::1]:{server.address().port}>"  # type: ignore[union-attr]


class Letters(net.Readable):
    def _read(self, size: int) -> None:
        pass


class Nowhere(net.Writable):
    def _write(self, chunk: object, encoding: str, callback: object) -> None:
        pass


class Both(net.Duplex):
    def _read(self, size: int) -> None:
        pass

    def _write(self, chunk: object, encoding: str, callback: object) -> None:
        pass


def test_streams_say_what_they_do_and_what_waits() -> None:
    letters = Letters()
    assert said(letters) == "<Letters readable>"
    letters.push(b"abc")
    assert said(letters) == "<Letters readable (3 waiting)>"
    letters.resume()
    assert said(letters) == "<Letters flowing (3 waiting)>"
    letters.pause()
    assert said(letters) == "<Letters paused (3 waiting)>"
    letters.destroy()
    assert said(letters) == "<Letters destroyed>"
    letters.wait("close", LIMIT)
    assert said(letters) == "<Letters closed>"

    nowhere = Nowhere()
    nowhere.write(b"12345")
    assert said(nowhere) == "<Nowhere writable (5 waiting)>"
    nowhere.end()
    assert said(nowhere) == "<Nowhere ending (5 waiting)>"
    nowhere.on("error", lambda error: None)
    nowhere.destroy(LookupError("mine"))
    assert said(nowhere) == "<Nowhere destroyed: LookupError>"

    both = Both()
    assert said(both) == "<Both readable, writable>"
    both.push(None)
    both.resume()
    both.wait("end", LIMIT)
    assert said(both) == "<Both ended, writable>"
    both.destroy()


def test_signals() -> None:
    controller = net.AbortController()
    assert said(controller) == "<AbortController not aborted>"
    assert said(controller.signal) == "<AbortSignal not aborted>"
    controller.abort(LookupError("mine"))
    assert said(controller.signal) == "<AbortSignal aborted: LookupError('mine')>"
    assert said(net.AbortSignal.abort()) == (
        "<AbortSignal aborted: AbortError('This operation was aborted')>"
    )


def test_block_lists() -> None:
    blocked = net.BlockList()
    assert repr(blocked) == "<BlockList of 0 rules>"
    blocked.add_address("10.0.0.1")
    assert repr(blocked) == "<BlockList of 1 rule>"
