"""`max_buffered=`: who goes on writing although `write()` answers False is cut off."""

from __future__ import annotations

import socket
from contextlib import suppress
from typing import Any

import gevent
import pytest
from support.service import LIMIT, LOCAL, port_of

import geventnet as net

KIB = 1024


def failed(sock: net.Socket) -> list[Any]:
    errors: list[Any] = []
    sock.on("error", errors.append)
    return errors


def pair(**options: Any) -> tuple[net.Socket, socket.socket]:
    near, far = socket.socketpair()
    return net.Socket(fd=near.detach(), **options), far


def test_a_writer_that_ignores_false_is_cut_off() -> None:
    sock, far = pair(max_buffered=256 * KIB)
    errors = failed(sock)
    told: list[Any] = []
    written = 0
    while not sock.destroyed:
        assert sock.writable_length <= 256 * KIB
        sock.write(bytes(8 * KIB), told.append)
        written += 8 * KIB
    assert written < 1 << 20
    assert sock.write(b"more") is False
    with pytest.raises(RuntimeError) as raised:
        sock.wait("close", LIMIT)
    assert isinstance(raised.value, net.NetError)
    assert raised.value.code == "ERR_SOCKET_MAX_BUFFERED"
    assert str(raised.value) == "More than 262144 bytes wait to be sent (max_buffered)"
    assert sock.errored is raised.value
    # The write that is under way has no error, as in Node.
    while not sock.ready():
        gevent.idle()
    assert set(told[-2:]) == {raised.value}
    assert len(told) == written // (8 * KIB)
    assert errors == []
    far.close()


def test_who_waits_for_drain_is_not() -> None:
    sock, far = pair(max_buffered=64 * KIB)
    received = 0
    far.setblocking(False)
    for _ in range(100):
        if not sock.write(bytes(16 * KIB)):
            while sock.writable_need_drain:
                with suppress(BlockingIOError):
                    received += len(far.recv(1 << 20))
                gevent.idle()
    assert not sock.destroyed
    far.close()
    sock.destroy()
    sock.wait("close", LIMIT)


def test_blocking_calls_wait_instead() -> None:
    sock, far = pair(max_buffered=16 * KIB)
    data = bytes(1 << 20)
    sending = gevent.spawn(sock.sendall, data)
    far.setblocking(False)
    received = 0
    while received < len(data):
        gevent.idle()
        with suppress(BlockingIOError):
            received += len(far.recv(1 << 20))
    sending.get(timeout=LIMIT)
    assert not sock.destroyed
    far.close()
    sock.destroy()
    sock.wait("close", LIMIT)


@pytest.mark.parametrize("how", ["corked", "end", "in a listener"])
def test_every_way_of_writing_counts(how: str) -> None:
    sock, far = pair(max_buffered=64 * KIB)
    errors = failed(sock)
    if how == "corked":
        sock.cork()
        for _ in range(65):
            sock.write(bytes(KIB))
    elif how == "end":
        sock.end(bytes(4 << 20))
    else:
        sock.on("data", lambda _: [sock.write(bytes(KIB)) for _ in range(4 * KIB)])
        far.send(b"x")
        while not sock.destroyed:
            gevent.idle()
    assert sock.destroyed
    while not sock.closed or not errors:
        gevent.idle()
    assert [error.code for error in errors] == ["ERR_SOCKET_MAX_BUFFERED"]
    far.close()


def test_on_servers_and_on_sockets_that_connect() -> None:
    accepted: list[net.Socket] = []
    server = net.create_server(accepted.append, max_buffered=32 * KIB).listen(0, LOCAL)
    server.wait("listening", LIMIT)
    assert server.max_buffered == 32 * KIB
    client = net.connect(port_of(server), LOCAL, max_buffered=32 * KIB)
    client.write(bytes(32 * KIB))
    assert not client.destroyed
    client.write(b"x")
    assert client.destroyed
    with pytest.raises(net.NetError, match="max_buffered"):
        client.wait("close", LIMIT)
    client = net.connect(port_of(server), LOCAL)
    server.wait("connection", LIMIT)
    connection = accepted[-1]
    errors = failed(connection)
    connection.write(bytes(32 << 20))
    while not errors:
        gevent.idle()
    assert errors[0].code == "ERR_SOCKET_MAX_BUFFERED"
    client.destroy()
    server.close()
    server.wait("close", LIMIT)


@pytest.mark.parametrize("make", [net.Socket, net.Server, net.create_server])
def test_what_is_no_number_of_bytes_is_refused(make: Any) -> None:
    for wrong, code in (
        ("1", "ERR_INVALID_ARG_TYPE"),
        (True, "ERR_INVALID_ARG_TYPE"),
        (0, "ERR_OUT_OF_RANGE"),
        (-1, "ERR_OUT_OF_RANGE"),
        (1.5, "ERR_OUT_OF_RANGE"),
        (float("nan"), "ERR_OUT_OF_RANGE"),
        (float("inf"), "ERR_OUT_OF_RANGE"),
    ):
        with pytest.raises(net.NetError) as raised:
            make(max_buffered=wrong)
        assert raised.value.code == code
