"""What code that was written for `socket.socket` asks of a Socket."""

from __future__ import annotations

import errno
import functools
import os
import socket as system
import subprocess
from collections.abc import Callable, Iterator
from typing import Any

import gevent
import gevent.socket
import gevent.subprocess
import pytest
from support.service import port_of

import geventnet as net

LOCAL = "127.0.0.1"
LIMIT = 20


@pytest.fixture
def default_timeout() -> Iterator[None]:
    yield
    system.setdefaulttimeout(None)


# Child processes.


Popen: Any = gevent.subprocess.Popen


def serve_by(command: list[str], data: bytes, popen: Any = Popen) -> bytes:
    def handle(sock: net.Socket) -> None:
        child = popen(command, stdin=sock, stdout=sock)
        while child.poll() is None:
            gevent.sleep(0.001)

    server = net.create_server(handler=handle, pause_on_connect=True)
    with server.listen(0, LOCAL), net.connect(server, allow_half_open=True) as sock:
        sock.settimeout(LIMIT)
        # It may have arrived before the child begins.
        sock.end(data)
        return b"".join(sock)


@pytest.mark.parametrize("popen", [Popen, subprocess.Popen])
def test_a_child_talks_on_the_socket(popen: Any) -> None:
    assert serve_by(["cat"], b"hello\n", popen) == b"hello\n"
    before = functools.partial(popen, preexec_fn=int)
    assert serve_by(["cat"], b"hello\n", before) == b"hello\n"


def test_a_child_meets_a_blocking_descriptor() -> None:
    data = bytes(range(256)) * 8192
    assert serve_by(["sh", "-c", "sleep 0.02; cat"], data) == data


def test_a_listener_may_give_the_connection_away() -> None:
    children: list[Any] = []

    def connected(sock: net.Socket) -> None:
        children.append(Popen(["cat"], stdin=sock, stdout=sock))
        sock.destroy()

    server = net.create_server(connected, pause_on_connect=True)
    with server.listen(0, LOCAL), net.connect(server, allow_half_open=True) as sock:
        sock.settimeout(LIMIT)
        sock.sendall(b"hello")
        assert sock.recv_exactly(5) == b"hello"
        sock.end()
        assert sock.recv(1) == b""
    assert children[0].wait(LIMIT) == 0


@pytest.mark.parametrize("first", ["recv", "write", "resume"])
def test_a_paused_connection_can_be_used_here_as_well(first: str) -> None:
    def handle(sock: net.Socket) -> None:
        assert os.get_blocking(sock.fileno())
        if first == "write":
            sock.write(b"hi")
        elif first == "resume":
            sock.resume()
            sock.pause()
        assert sock.recv_exactly(5) == b"hello"
        assert not os.get_blocking(sock.fileno())
        sock.sendall(b"bye")

    server = net.create_server(handler=handle, pause_on_connect=True)
    with server.listen(0, LOCAL), net.connect(server) as sock:
        sock.settimeout(LIMIT)
        sock.sendall(b"hello")
        assert b"".join(sock).endswith(b"bye")


def test_a_descriptor_that_was_never_used_is_detached_non_blocking() -> None:
    def handle(sock: net.Socket) -> None:
        plain: Any = gevent.socket.socket(fileno=sock.detach())
        assert not os.get_blocking(plain.fileno())
        plain.sendall(plain.recv(5))
        plain.close()

    server = net.create_server(handler=handle, pause_on_connect=True)
    with server.listen(0, LOCAL), net.connect(server) as sock:
        sock.sendall(b"hello")
        assert sock.recv_exactly(5) == b"hello"


def test_inheritable(ends: Any) -> None:
    one, _ = ends
    assert one.get_inheritable() is False
    one.set_inheritable(True)
    assert one.get_inheritable() is os.get_inheritable(one.fileno()) is True
    with pytest.raises(OSError, match=r"[Bb]ad file"):
        net.Socket().get_inheritable()


# Calls.


def test_dup(ends: Any) -> None:
    one, other = ends
    one.settimeout(5)
    copy: Any = one.dup()
    assert isinstance(copy, gevent.socket.socket)
    assert copy.fileno() != one.fileno() and copy.gettimeout() == 5
    copy.sendall(b"from the copy")
    copy.close()
    assert other.recv(100) == b"from the copy"
    one.sendall(b"from the first")
    assert other.recv(100) == b"from the first"
    with pytest.raises(OSError, match="EBADF"):
        net.Socket().dup()


def test_connect_ex() -> None:
    with net.create_server().listen(0, LOCAL) as server:
        port = port_of(server)
        with net.Socket() as sock:
            assert sock.connect_ex((LOCAL, port)) == 0
            assert sock.getpeername() == (LOCAL, port)
    sock = net.Socket()
    assert sock.connect_ex((LOCAL, port)) == errno.ECONNREFUSED
    sock = net.Socket()
    sock.settimeout(0)
    assert sock.connect_ex((LOCAL, port)) == errno.EINPROGRESS
    sock.destroy()
    with pytest.raises(ValueError, match="port comes first"):
        net.Socket().connect_ex("127.0.0.1:80")


def test_messages_without_ancillary_data(ends: Any) -> None:
    one, other = ends
    assert one.sendmsg([b"one", bytearray(b"two"), memoryview(b"three")]) == 11
    assert other.recvmsg(6) == (b"onetwo", [], 0, None)
    assert other.recvmsg(5, 0, system.MSG_PEEK)[0] == b"three"
    calls: list[Callable[[], object]] = [
        lambda: other.recvmsg(5, 100),
        lambda: one.sendmsg([b"x"], [(system.SOL_SOCKET, system.SCM_RIGHTS, b"")]),
        lambda: one.sendmsg([b"x"], (), 0, (LOCAL, 1)),
    ]
    for call in calls:
        with pytest.raises(net.NetValueError):
            call()
    assert other.recv(9) == b"three"


def test_dont_wait(ends: Any) -> None:
    one, other = ends
    with pytest.raises(BlockingIOError):
        other.recv(1, system.MSG_DONTWAIT)
    with pytest.raises(BlockingIOError):
        other.recv_into(bytearray(1), 0, system.MSG_DONTWAIT)
    one.sendall(b"x")
    with pytest.raises(TimeoutError):
        other.settimeout(LIMIT)
        other.recv(1, system.MSG_PEEK)
        raise TimeoutError
    assert other.recv(1, system.MSG_DONTWAIT | system.MSG_PEEK) == b"x"
    assert other.recv(1, system.MSG_DONTWAIT) == b"x"
    assert other.gettimeout() == LIMIT
    with pytest.raises(BlockingIOError):
        while True:
            assert one.send(bytes(1 << 20), system.MSG_DONTWAIT | system.MSG_NOSIGNAL)
    one.destroy()
    calls: list[Callable[[], object]] = [
        lambda: other.recv(1, system.MSG_OOB),
        lambda: other.send(b"", system.MSG_OOB),
    ]
    for call in calls:
        with pytest.raises(ValueError, match="are supported"):
            call()


# Limits.


def test_the_default_timeout(ends: Any, default_timeout: None) -> None:
    assert net.Socket().gettimeout() is None
    system.setdefaulttimeout(0.01)
    with (
        net.create_server().listen(0, LOCAL) as server,
        net.connect(server) as sock,
        server.accept() as peer,
    ):
        assert sock.gettimeout() == peer.gettimeout() == 0.01
        with pytest.raises(TimeoutError):
            sock.recv(1)
        sock.settimeout(None)
        gevent.spawn_later(0.05, peer.write, b"x")
        assert sock.recv(1) == b"x"


@pytest.mark.parametrize("limit", [None, 0.01, 5.0])
def test_adopt_keeps_the_limit_of_the_donor(limit: float | None) -> None:
    pair: Any = gevent.socket.socketpair
    one, other = pair()
    one.settimeout(limit)
    with net.Socket.adopt(one) as sock:
        assert sock.gettimeout() == limit
        with net.Socket.adopt(sock) as again:
            assert again.gettimeout() == limit
            other.sendall(b"hello")
            assert again.recv_exactly(5) == b"hello"
            if limit == 0.01:
                with pytest.raises(TimeoutError):
                    again.recv(1)
    other.close()
