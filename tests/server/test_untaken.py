"""`server.accept()` and `for sock in server`: connections in a straight line."""

from __future__ import annotations

import socket as system
from collections.abc import Iterator

import gevent
import gevent.socket
import pytest
from support.service import port_of

import geventnet as net

LOCAL = "127.0.0.1"
LIMIT = 20


@pytest.fixture
def server() -> Iterator[net.Server]:
    with net.create_server().listen(0, LOCAL) as server:
        yield server


def until_there_are(server: net.Server, count: int) -> None:
    while (server.connections or 0) < count:
        gevent.idle()


def test_a_connection_at_a_time(server: net.Server) -> None:
    for _ in range(3):
        with net.connect(server) as client:
            client.sendall(b"hello")
            with server.accept() as sock:
                assert sock.server is server
                assert sock.recv_exactly(5) == b"hello"
                sock.sendall(b"bye")
            assert client.recv_exactly(3) == b"bye"
            assert client.recv(1) == b""


def test_who_came_before_is_not_lost(server: net.Server) -> None:
    clients = [gevent.socket.create_connection((LOCAL, port_of(server))) for _ in range(3)]
    for number, client in enumerate(clients):
        client.sendall(b"%d" % number)
        client.shutdown(system.SHUT_WR)
    until_there_are(server, 3)
    for number, client in enumerate(clients):
        with server.accept(LIMIT) as sock:
            assert sock.recv(9) == b"%d" % number
            assert sock.recv(9) == b""
            sock.sendall(b"late")
        assert client.recv(9) == b"late"
        client.close()


def test_who_has_gone_is_not_waited_on(server: net.Server) -> None:
    gone = net.connect(server)
    gone.wait("connect", LIMIT)
    until_there_are(server, 1)
    gone.reset_and_destroy()
    while server.connections:
        gevent.idle()
    with net.connect(server), server.accept(LIMIT) as sock:
        assert not sock.destroyed
    with pytest.raises(TimeoutError):
        server.accept(0.01)


def test_the_others_wait_in_the_systems_queue(server: net.Server) -> None:
    with pytest.raises(TimeoutError, match="accept"):
        server.accept(0)
    clients = [net.connect(server) for _ in range(3)]
    for client in clients:
        client.wait("connect", LIMIT)
    for _ in range(5):
        gevent.idle()
    assert server.connections == 0
    with server.accept(LIMIT):
        assert server.connections == 1
    for client in clients:
        client.destroy()


def test_several_greenlets_and_one_that_is_killed(server: net.Server) -> None:
    waiting = [gevent.spawn(server.accept, LIMIT) for _ in range(3)]
    gevent.idle()
    waiting[0].kill()
    for _ in range(2):
        net.connect(server).unref()
    taken = [waiter.get(timeout=LIMIT) for waiter in waiting[1:]]
    assert len(set(taken)) == 2


def test_a_connection_is_there_for_the_next_after_a_kill(server: net.Server) -> None:
    waiting = gevent.spawn(server.accept)
    gevent.idle()
    client = net.connect(server)
    client.wait("connect", LIMIT)
    until_there_are(server, 1)
    waiting.kill()
    if not isinstance(waiting.value, net.Socket):
        with server.accept(LIMIT) as sock:
            assert sock.remote_port == client.local_port
    client.destroy()


def test_the_loop_ends_when_the_server_closes(server: net.Server) -> None:
    clients = [net.connect(server) for _ in range(3)]
    until_there_are(server, 3)
    served = 0
    for sock in server:
        with sock:
            sock.sendall(b"x")
        served += 1
        if served == 2:
            server.close()
    assert served == 3
    assert [client.recv(1) for client in clients] == [b"x"] * 3
    for client in clients:
        client.close()


def test_who_waits_is_told_that_the_server_has_closed(server: net.Server) -> None:
    looping = gevent.spawn(list, server)
    waiting = gevent.spawn(server.accept)
    gevent.idle()
    server.close()
    assert looping.get(timeout=LIMIT) == []
    with pytest.raises(net.NetRuntimeError) as caught:
        waiting.get(timeout=LIMIT)
    assert caught.value.code == "ERR_SERVER_NOT_RUNNING"


def test_a_server_that_never_listened() -> None:
    server = net.create_server()
    for call in (server.accept, lambda: list(server)):
        with pytest.raises(net.NetRuntimeError) as caught:
            call()
        assert caught.value.code == "ERR_SERVER_NOT_RUNNING"


def test_the_error_of_a_listen_is_raised(server: net.Server) -> None:
    with pytest.raises(OSError, match="EADDRINUSE"):
        net.create_server().listen(port_of(server), LOCAL).accept()


def test_connections_that_are_somebody_elses() -> None:
    for other in (net.create_server(print), net.create_server(handler=print)):
        with other.listen(0, LOCAL), pytest.raises(RuntimeError, match="handler or to a"):
            other.accept()


def test_a_listener_takes_over(server: net.Server) -> None:
    with pytest.raises(TimeoutError):
        server.accept(0)
    server.on("connection", lambda sock: sock.end(b"x"))
    with net.connect(server) as client:
        assert client.recv(1) == b"x"


def test_waiting_for_the_event_takes_over(server: net.Server) -> None:
    with pytest.raises(TimeoutError):
        server.accept(0)
    with net.connect(server) as client:
        server.wait("connection", LIMIT).end(b"x")
        assert client.recv(1) == b"x"


def test_the_port() -> None:
    server = net.create_server()
    assert server.port is None
    with server.listen(0, LOCAL):
        assert server.port == port_of(server)


def test_the_port_of_a_unix_server() -> None:
    with net.create_server().listen("\0geventnet-test-port") as server:
        assert server.port is None


def test_a_connection_that_nobody_takes_ends_with_its_peer(server: net.Server) -> None:
    with gevent.socket.create_connection((LOCAL, port_of(server))):
        until_there_are(server, 1)
    server.close()
    server.wait("close", LIMIT)


def test_what_a_peer_has_sent_before_its_end_is_answered(server: net.Server) -> None:
    with gevent.socket.create_connection((LOCAL, port_of(server))) as client:
        client.sendall(b"question")
        client.shutdown(system.SHUT_WR)
        until_there_are(server, 1)
        with server.accept() as sock:
            assert sock.recv_exactly(8) == b"question"
            assert sock.recv(1) == b""
            sock.sendall(b"answer")
        assert client.recv(10) == b"answer"
