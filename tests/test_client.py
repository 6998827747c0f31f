"""A client that connects again."""

from __future__ import annotations

from collections.abc import Callable

import gevent
import gevent.event
import pytest
from support.service import port_of

import geventnet as net

LOCAL = "127.0.0.1"
LIMIT = 20


def at_once(failures: int) -> float:
    return 0.0


def to(port: int) -> Callable[[], net.Socket]:
    return lambda: net.connect(port, LOCAL)


def refused() -> int:
    with net.create_server().listen(0, LOCAL) as nobody:
        return port_of(nobody)


def test_it_connects_again_after_a_loss() -> None:
    with (
        net.create_server().listen(0, LOCAL) as server,
        net.ClientService(to(port_of(server)), policy=at_once) as service,
    ):
        for _ in range(3):
            peer = server.accept(LIMIT)
            sock: net.Socket = service.wait("connect", LIMIT)
            assert sock is service.socket
            peer.sendall(b"hello")
            assert sock.recv_exactly(5) == b"hello"
            peer.reset_and_destroy()
            service.wait("disconnect", LIMIT)
            assert service.socket is None
    assert not service.running


def test_a_connection_that_was_destroyed_is_none() -> None:
    with (
        net.create_server().listen(0, LOCAL) as server,
        net.ClientService(to(port_of(server)), policy=at_once) as service,
    ):
        first = service.wait("connect", LIMIT)
        first.destroy()
        assert service.wait("connect", LIMIT) is not first


def test_a_connection_that_the_peer_has_ended_is_none_once_it_is_closed() -> None:
    with (
        net.create_server().listen(0, LOCAL) as server,
        net.ClientService(to(port_of(server)), policy=at_once) as service,
    ):
        first = service.wait("connect", LIMIT)
        server.accept(LIMIT).end()
        assert first.recv(1) == b""
        first.close()
        assert service.wait("connect", LIMIT) is not first


def test_it_waits_for_a_server_that_is_not_there_yet() -> None:
    port = refused()
    retries: list[bool] = []
    service = net.ClientService(to(port), policy=at_once)
    service.on("retry", lambda _, error: retries.append(isinstance(error, ConnectionRefusedError)))
    with service:
        while len(retries) < 3:
            service.wait("retry", LIMIT)
        with net.create_server().listen(port, LOCAL) as server, server.accept(LIMIT):
            assert not service.wait("connect", LIMIT).destroyed
    assert all(retries)


def test_a_handler_runs_for_each_connection() -> None:
    def talk(sock: net.Socket) -> None:
        sock.send_frame(b"hello")
        sock.recv_frame()

    with (
        net.create_server().listen(0, LOCAL) as server,
        net.ClientService(to(port_of(server)), handler=talk, policy=at_once),
    ):
        for _ in range(3):
            with server.accept(LIMIT) as peer:
                assert peer.recv_frame() == b"hello"
                peer.send_frame(b"")
                assert peer.recv(1) == b""


def test_stopping_sends_what_was_written() -> None:
    with net.create_server().listen(0, LOCAL) as server:
        service = net.ClientService(to(port_of(server))).start()
        with server.accept(LIMIT) as peer:
            service.wait("connect", LIMIT).write(b"bye")
            stopping = gevent.spawn(service.stop)
            assert peer.recv_exactly(3) == b"bye"
            assert peer.recv(1) == b""
            peer.end()
            stopping.get(timeout=LIMIT)
    assert not service.running and service.socket is None


def test_stopping_at_any_time() -> None:
    port = refused()
    for turns in range(6):
        service = net.ClientService(to(port), policy=at_once).start()
        for _ in range(turns):
            gevent.idle()
        service.stop()
        service.stop()
        assert not service.running
        service.start()
        service.stop()


def test_stopping_while_it_connects() -> None:
    sockets: list[net.Socket] = []

    def connect() -> net.Socket:
        sockets.append(net.connect(1, "host.test", lookup=lambda *_: None))
        return sockets[-1]

    service = net.ClientService(connect).start()
    while not sockets:
        gevent.idle()
    service.stop()
    sockets[0].wait("close", LIMIT)


def test_stopping_a_connection_that_the_peer_resets() -> None:
    with net.create_server().listen(0, LOCAL) as server:
        service = net.ClientService(to(port_of(server))).start()
        peer = server.accept(LIMIT)
        service.wait("connect", LIMIT).write(bytes(64 << 20))
        stopping = gevent.spawn(service.stop)
        gevent.idle()
        peer.reset_and_destroy()
        stopping.get(timeout=LIMIT)
    assert not service.running


def test_it_is_started_once() -> None:
    with (
        net.ClientService(to(refused())) as service,
        pytest.raises(RuntimeError, match="runs already"),
    ):
        service.start()


def test_it_gives_up() -> None:
    service = net.ClientService(to(refused()), policy=at_once, max_failures=3)
    retries: list[object] = []
    service.on("retry", retries.append)
    service.start()
    with pytest.raises(ConnectionRefusedError):
        service.wait("connect", LIMIT)
    assert len(retries) == 2
    assert not service.running


def test_a_connection_that_does_not_last_is_a_failure() -> None:
    failures: list[int] = []
    enough = gevent.event.Event()

    def policy(count: int) -> float:
        failures.append(count)
        if len(failures) == 4:
            enough.set()
        return 0.001 if len(failures) < 4 else 60

    server = net.create_server(lambda sock: sock.destroy())
    with server.listen(0, LOCAL), net.ClientService(to(port_of(server)), policy=policy):
        enough.wait(LIMIT)
    assert failures[0] == 1


def test_the_delays() -> None:
    delays = net.backoff(first=1, most=10, factor=2, jitter=0)
    assert [delays(count) for count in (1, 2, 3, 4, 5, 10**6)] == [1, 2, 4, 8, 10, 10]
    spread = [net.backoff(first=1, jitter=0.25)(1) for _ in range(100)]
    assert 0.75 <= min(spread) < max(spread) <= 1.25
    for bad in ({"first": -1}, {"jitter": 2}, {"factor": 0.5}):
        with pytest.raises(ValueError, match="out of range"):
            net.backoff(**bad)


def test_it_may_be_started_again_when_it_gives_up() -> None:
    gone = refused()
    ports = [gone]
    service = net.ClientService(lambda: net.connect(ports[-1], LOCAL), max_failures=1)
    service.on("error", lambda error: service.start())
    with net.create_server().listen(0, LOCAL) as server:
        service.once("error", lambda error: ports.append(port_of(server)))
        connected = gevent.event.Event()
        service.once("connect", lambda sock: connected.set())
        service.start()
        assert connected.wait(LIMIT)
        assert service.running
        service.stop()
        assert not service.running
        assert service.socket is None
