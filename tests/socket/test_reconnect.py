"""connect() on a Socket that has had a connection: one life is never told, nor sent, in another."""

from __future__ import annotations

import errno
import gc
import socket as system
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import gevent
import pytest
from gevent.event import Event

import geventnet as net

LIMIT = 10
LOCAL = "127.0.0.1"


class Greeter:
    """A server that greets every connection with its number."""

    def __init__(self, host: str = LOCAL) -> None:
        self.peers: list[net.Socket] = []
        self.server = net.create_server(self._greet, allow_half_open=True).listen(0, host)
        self.server.wait("listening", LIMIT)

    def _greet(self, peer: net.Socket) -> None:
        self.peers.append(peer)
        peer.on("error", lambda error: None)
        peer.write(f"hello {len(self.peers)}\n")

    @property
    def where(self) -> dict[str, Any]:
        address = self.server.address()
        assert isinstance(address, net.AddressInfo)
        return {"port": address.port, "host": LOCAL}

    def peer(self, number: int) -> net.Socket:
        while len(self.peers) < number:
            self.server.wait("connection", LIMIT)
        return self.peers[number - 1]


@contextmanager
def greeter(host: str = LOCAL) -> Iterator[Greeter]:
    found = Greeter(host)
    try:
        yield found
    finally:
        for peer in found.peers:
            peer.destroy()
        found.server.close()


@contextmanager
def greeted(service: Greeter, **options: Any) -> Iterator[net.Socket]:
    """A client that has had its greeting."""
    client = net.connect(**service.where, **options)
    try:
        assert client.recv_until(b"\n") == b"hello 1\n"
        yield client
    finally:
        client.destroy()


@pytest.fixture(autouse=True)
def _bounded() -> Iterator[None]:
    with gevent.Timeout(LIMIT):
        yield


def several(host: str, options: net.LookupOptions, callback: Any) -> None:
    # The open descriptor is of another family than the first address, and is given up for it.
    callback(None, [{"address": "::1", "family": 6}, {"address": LOCAL, "family": 4}])


def test_a_connection_that_has_the_number_of_a_descriptor_that_was_given_up_is_let_alone() -> None:
    with greeter() as service, greeted(service) as client:
        client.on("data", lambda chunk: None)
        number = client.fileno()
        others: list[net.Socket] = []

        def take_the_number() -> None:
            others.append(net.connect(**service.where))

        client.once("connectionAttemptFailed", take_the_number)
        client.connect(
            port=service.where["port"], host="several", lookup=several, auto_select_family=True
        )
        client.wait("connect", LIMIT)
        with others[0] as other:
            assert number in (other.fileno(), client.fileno())
            assert other.recv_until(b"\n").startswith(b"hello")


def test_an_open_socket_that_connects_to_several_addresses_reads_from_the_new_one() -> None:
    with greeter() as service, greeted(service) as client:
        service.peer(1).end()
        assert client.recv(1) == b""
        client.connect(
            port=service.where["port"], host="several", lookup=several, auto_select_family=True
        )
        assert client.recv_until(b"\n") == b"hello 2\n"
        client.sendall(b"still here")
        assert service.peer(2).recv_exactly(10) == b"still here"


def test_close_then_connect() -> None:
    with greeter() as service, greeted(service) as client:
        events: list[str] = []
        for event in ("connect", "ready", "end", "close"):
            client.on(event, lambda *_, event=event: events.append(event))
        for number in (2, 3, 4):
            client.close()
            assert client.connect(**service.where) is client
            assert client.recv_until(b"\n") == f"hello {number}\n".encode()
        client.destroy()
        client.wait("close", LIMIT)
        assert events == ["close", "connect", "ready"] * 3 + ["close"]


def test_leaving_with_then_connect_and_the_same_again() -> None:
    with greeter() as service, greeted(service) as client:
        with client:
            client.end()
        for number in (2, 3):
            with client.connect(**service.where):
                assert client.recv_until(b"\n") == f"hello {number}\n".encode()


def test_destroy_then_connect_tells_both_lives_whole() -> None:
    with greeter() as service, greeted(service) as client:
        client.destroy(ValueError("given up"))
        told: list[Any] = []
        client.on("error", lambda error: told.append(str(error)))
        client.on("close", told.append)
        client.on("connect", lambda: told.append("connect"))
        client.connect(**service.where)
        assert not told
        client.wait("connect", LIMIT)
        assert told == ["given up", True, "connect"]
        client.on("data", lambda chunk: told.append(chunk))
        client.on("end", lambda: told.append("end"))
        client.on("finish", lambda: told.append("finish"))
        service.peer(2).end()
        client.wait("close", LIMIT)
        assert told[3:] == [b"hello 2\n", "end", "finish", False]


def test_the_close_of_one_life_does_not_reach_those_who_wait_in_the_next() -> None:
    with greeter() as service, greeted(service) as client:
        waiting = gevent.spawn(client.wait, "close")
        gevent.idle()
        client.destroy()
        client.connect(**service.where)
        client.wait("connect", LIMIT)
        assert waiting.get(timeout=LIMIT) is False
        assert client.recv_until(b"\n") == b"hello 2\n"


@pytest.mark.parametrize("blocked", ["recv", "recv_exactly", "sendall", "wait"])
def test_a_call_that_blocks_in_one_life_fails_in_the_next(blocked: str) -> None:
    with greeter() as service, greeted(service) as client:
        service.peer(1).pause()

        def block() -> None:
            if blocked == "sendall":
                client.sendall(bytes(32 << 20))
            elif blocked == "wait":
                client.wait("end")
            else:
                getattr(client, blocked)(1)

        blocking = gevent.spawn(block)
        gevent.idle()
        client.destroy()
        client.connect(**service.where)
        with pytest.raises((OSError, net.NetError)) as raised:
            blocking.get(timeout=LIMIT)
        error = raised.value
        if blocked == "wait":
            assert isinstance(error, net.NetError)
            assert error.code == "ERR_STREAM_PREMATURE_CLOSE"
        else:
            assert isinstance(error, OSError)
            assert error.errno == errno.EBADF
        assert client.recv_until(b"\n") == b"hello 2\n"
        client.sendall(b"second")
        client.shutdown(1)
        assert b"".join(service.peer(2)) == b"second"


def test_what_was_written_in_one_life_is_not_sent_in_the_next() -> None:
    with greeter() as service, greeted(service) as client:
        service.peer(1).pause()
        told: list[Any] = []
        done = Event()

        def note(error: Any) -> None:
            told.append(None if error is None else error.code)
            if len(told) == 4:
                done.set()

        client.write(bytes(32 << 20), note)
        client.write(b"queued", note)
        client.end(b"the last", note)
        client.destroy()
        client.connect(**service.where)
        client.write(b"second", note)
        assert done.wait(LIMIT)
        assert sorted(told, key=str) == ["ERR_STREAM_DESTROYED"] * 3 + [None]
        client.end()
        assert b"".join(service.peer(2)) == b"second"
        client.resume()
        service.peer(2).end()
        client.wait("close", LIMIT)


def test_what_was_written_while_connecting_is_not_sent_in_the_next_life() -> None:
    with greeter() as service:
        client = net.connect(**service.where)
        told: list[Any] = []
        client.write(b"first", told.append)
        client.write(b"first, too", told.append)
        client.destroy()
        client.connect(**service.where)
        client.write(b"second")
        client.end()
        client.wait("finish", LIMIT)
        assert [error.code for error in told] == ["ERR_SOCKET_CLOSED_BEFORE_CONNECTION"] * 2
        assert b"".join(service.peer(len(service.peers))) == b"second"
        client.destroy()


def test_what_was_received_in_one_life_is_not_read_in_the_next() -> None:
    with greeter() as service:
        client = net.connect(**service.where)
        client.once("readable", lambda: None)
        client.wait("connect", LIMIT)
        while not client.readable_length:
            gevent.idle()
        client.destroy()
        client.connect(**service.where)
        assert client.readable_length == 0
        client.remove_all_listeners("readable")
        gevent.idle()
        assert client.recv_until(b"\n") == b"hello 2\n"
        client.destroy()


@pytest.mark.parametrize("event", ["end", "finish", "drain"])
def test_reconnecting_in_a_listener_does_not_end_the_next_life(event: str) -> None:
    with greeter() as service, greeted(service) as client:
        client.resume()

        def again() -> None:
            client.destroy()
            client.connect(**service.where)

        client.once(net.EventName(event), again)
        if event == "end":
            service.peer(1).end()
        elif event == "finish":
            client.end()
        else:
            client.pause()
            service.peer(1).resume()
            client.write(bytes(8 << 20))
        client.wait("close", LIMIT)
        client.wait("connect", LIMIT)
        peer = service.peer(2)
        assert client.writable
        client.end(b"from the second")
        assert b"".join(peer) == b"from the second"
        peer.end()
        client.resume()
        client.wait("close", LIMIT)
        assert client.writable_finished
        assert client.readable_ended


def test_many_lives_leave_nothing_behind() -> None:
    with greeter() as service, greeted(service) as client:
        for _ in range(50):
            client.write(b"x" * 100_000)
            client.destroy()
            client.connect(**service.where)
            client.wait("connect", LIMIT)
        assert client.listener_count("close") == client.listener_count("connect") == 0
    gc.collect()


def test_onread_given_to_connect_is_for_that_connection_on() -> None:
    with greeter() as service, greeted(service) as client:
        buffer = bytearray(64)
        seen: list[bytes] = []
        done = Event()

        def on_read(count: int, filled: bytearray) -> None:
            seen.append(bytes(filled[:count]))
            done.set()

        client.destroy()
        client.on("data", lambda chunk: seen.append(b"data"))
        onread = net.OnRead(buffer=buffer, callback=on_read)
        for number in (2, 3):
            done.clear()
            client.connect(**service.where, onread=onread if number == 2 else None)
            assert done.wait(LIMIT)
            assert seen == [f"hello {number}\n".encode()]
            seen.clear()
            client.destroy()
        with pytest.raises(net.NetError) as refused:
            client.connect(**service.where, onread={"buffer": b"", "callback": on_read})
        assert refused.value.code == "ERR_INVALID_ARG_TYPE"
        assert not client.connecting


def test_connect_takes_a_descriptor_that_is_bound() -> None:
    with greeter() as service:
        bound = system.socket()
        bound.bind((LOCAL, 0))
        port = bound.getsockname()[1]
        client = net.connect(**service.where, fd=bound.detach())
        assert client.recv_until(b"\n") == b"hello 1\n"
        assert client.local_port == port
        client.destroy()


def test_a_connect_that_raises_has_not_taken_the_descriptor() -> None:
    with system.socket() as bound:
        for wrong in ({"port": 99999}, {}, {"port": 1, "host": 5}):
            with pytest.raises(net.NetError):
                net.connect(fd=bound.fileno(), **wrong)  # type: ignore[call-overload]
            gevent.idle()
            gc.collect()
            bound.bind((LOCAL, 0)) if wrong == {"port": 99999} else bound.getsockname()


def test_connect_with_a_readable_side_only() -> None:
    with greeter() as service:
        bound = system.socket()
        client = net.connect(**service.where, fd=bound.detach(), writable=False)
        assert client.recv_until(b"\n") == b"hello 1\n"
        assert not client.writable
        client.destroy()
        client.connect(**service.where)
        assert client.recv_until(b"\n") == b"hello 2\n"
        assert not client.writable
        client.destroy()


def test_a_signal_that_was_aborted_before_keeps_it_from_connecting() -> None:
    with greeter() as service:
        controller = net.AbortController()
        controller.abort()
        client = net.connect(**service.where, signal=controller.signal)
        told: list[str] = []
        for event in ("connect", "ready", "error", "close"):
            client.on(event, lambda *_, event=event: told.append(event))
        with pytest.raises(net.AbortError):
            client.wait("connect", LIMIT)
        client.wait("close", LIMIT)
        with net.connect(**service.where) as other:
            assert other.recv_until(b"\n") == b"hello 1\n"
        assert told == ["close"]
