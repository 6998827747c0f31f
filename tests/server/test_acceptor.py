"""What becomes of a server when accept fails."""

from __future__ import annotations

import _socket
import errno
import os
import socket as py_socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import gevent
import pytest
from gevent.event import Event
from support.service import LIMIT, LOCAL, port_of

import geventnet as net
from geventnet.testing import fake_clock

RETRIED = [
    getattr(errno, name)
    for name in (
        *("ECONNABORTED", "EPROTO", "ENETDOWN", "ENOPROTOOPT", "EHOSTDOWN", "ENONET"),
        *("EHOSTUNREACH", "EOPNOTSUPP", "ENETUNREACH", "ETIMEDOUT", "EPERM"),
    )
    if hasattr(errno, name)
]
EXHAUSTED = [errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM]


class Faults:
    """What accept fails with: `failures` in turn, then nothing more."""

    def __init__(self, failures: Iterator[int]) -> None:
        self.failures = failures
        self.calls = 0

    def listen(self, server: net.Server, monkeypatch: pytest.MonkeyPatch) -> None:
        faults = self

        class Faulty(_socket.socket):
            def _accept(self) -> Any:
                faults.calls += 1
                number = next(faults.failures, 0)
                if number:
                    raise OSError(number, os.strerror(number))
                return super()._accept()  # type: ignore[misc]

        with monkeypatch.context() as patch:
            patch.setattr(_socket, "socket", Faulty)
            server.listen(0)
        server.wait("listening", LIMIT)


@contextmanager
def serving(faults: Faults, monkeypatch: pytest.MonkeyPatch) -> Iterator[net.Server]:
    server = net.create_server(lambda peer: peer.end("hello"))
    faults.listen(server, monkeypatch)
    try:
        yield server
    finally:
        if server.listening:
            server.close()


def greeting_of(server: net.Server) -> bytes:
    with gevent.Timeout(LIMIT), net.connect(port_of(server), LOCAL) as client:
        return b"".join(client)


@pytest.mark.parametrize("number", RETRIED, ids=errno.errorcode.get)
def test_what_concerns_one_connection_is_retried_at_once(
    number: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    errors: list[BaseException] = []
    # Five rests would take longer than a second.
    with serving(Faults(iter([number] * 5)), monkeypatch) as server:
        server.on("error", errors.append)
        with gevent.Timeout(1):
            assert greeting_of(server) == b"hello"
        assert server.listening and errors == []


@pytest.mark.parametrize("number", EXHAUSTED, ids=errno.errorcode.get)
def test_what_is_exhausted_is_waited_for(number: int, monkeypatch: pytest.MonkeyPatch) -> None:
    errors: list[BaseException] = []
    faults = Faults(iter([number]))
    with serving(faults, monkeypatch) as server:
        server.on("error", errors.append)
        with fake_clock(autojump=True) as clock:
            assert greeting_of(server) == b"hello"
            assert clock.now == 0.05
        assert server.listening and errors == []
    assert faults.calls <= 4


@pytest.mark.parametrize("number", [errno.EPROTO, errno.EMFILE], ids=errno.errorcode.get)
def test_a_failure_that_lasts_does_not_spin(number: int, monkeypatch: pytest.MonkeyPatch) -> None:
    errors: list[BaseException] = []
    faults = Faults(iter([number] * 100000))
    with serving(faults, monkeypatch) as server:
        server.on("error", errors.append)
        with fake_clock() as clock:
            client = net.connect(port_of(server), LOCAL)
            client.wait("connect")
            clock.advance(20)
            assert server.listening and errors == []
            # The back-off grows to a second.
            assert 20 <= faults.calls < 2400
        faults.failures = iter(())
        assert greeting_of(server) == b"hello"
        client.destroy()


def shut_down(server: net.Server) -> None:
    """As another process does that has the same descriptor."""
    with py_socket.socket(fileno=os.dup(server.fileno())) as same:
        same.shutdown(py_socket.SHUT_RDWR)


def test_a_listener_that_was_shut_down_is_closed_with_one_error() -> None:
    events: list[str] = []
    closed = Event()
    server = net.create_server()
    server.on("error", lambda error: events.append(f"error {error.code} {error.syscall}"))
    server.on("close", lambda: events.append("close"))
    server.on("close", closed.set)
    server.listen(0, LOCAL)
    server.wait("listening", LIMIT)
    shut_down(server)
    assert closed.wait(LIMIT)
    assert events == ["error EINVAL accept", "close"]
    assert not server.listening and server.fileno() == -1
    server.listen(0, LOCAL)
    server.wait("listening", LIMIT)
    server.close()
    server.wait("close", LIMIT)


def test_connections_outlive_a_listener_that_was_shut_down() -> None:
    server = net.create_server(handler=lambda sock: sock.sendall(sock.recv(1)))
    server.on("error", lambda error: None)
    server.listen(0, LOCAL)
    server.wait("listening", LIMIT)
    with net.connect(port_of(server), LOCAL) as client:
        client.wait("connect", LIMIT)
        while not server.connections:
            gevent.idle()
        shut_down(server)
        while server.listening:
            gevent.idle()
        assert server.connections == 1
        client.sendall(b"x")
        assert client.recv_exactly(1) == b"x"
    server.drain(LIMIT)


def test_serving_raises_what_ended_accept() -> None:
    server = net.create_server()
    server.listen(0, LOCAL)
    server.wait("listening", LIMIT)
    gevent.spawn(shut_down, server)
    with gevent.Timeout(LIMIT), pytest.raises(OSError) as raised:
        server.serve_forever()
    assert raised.value.errno == errno.EINVAL
    assert not server.listening


def test_an_end_of_accept_that_nobody_hears_is_reported(reported: list[BaseException]) -> None:
    server = net.create_server()
    closed = Event()
    server.on("close", closed.set)
    server.listen(0, LOCAL)
    server.wait("listening", LIMIT)
    shut_down(server)
    assert closed.wait(LIMIT)
    [error] = reported
    assert isinstance(error, OSError) and error.errno == errno.EINVAL
    reported.clear()


@pytest.mark.parametrize("option", ["block_list", "trusted"])
def test_a_connection_is_closed_when_a_list_of_the_program_raises(option: str) -> None:
    class Broken(net.BlockList):
        def check(self, *_: Any, **__: Any) -> bool:
            raise ValueError("broken")

    reports: list[net.ErrorReport] = []
    previous = net.set_error_hook(reports.append)
    options: dict[str, Any] = {option: Broken(), "proxy_protocol": option == "trusted"}
    try:
        with (
            net.create_server(**options).listen(0, LOCAL) as server,
            net.connect(port_of(server), LOCAL) as client,
        ):
            client.settimeout(LIMIT)
            assert client.recv(1) == b""
    finally:
        net.set_error_hook(previous)
    assert [str(report.error) for report in reports] == ["broken"]
