"""A listener or callback may take fewer arguments than it is given."""

from __future__ import annotations

import functools
from typing import Any

import pytest
from gevent.event import Event

import geventnet as net


def _connected() -> tuple[net.Server, net.Socket]:
    server = net.create_server(lambda peer: peer.resume())
    server.listen(0, "127.0.0.1")
    server.wait("listening", 5)
    address = server.address()
    assert isinstance(address, net.AddressInfo)
    client = net.connect(address.port, "127.0.0.1")
    client.wait("connect", 5)
    return server, client


def test_listeners_and_callbacks_may_take_nothing() -> None:
    server, client = _connected()
    written, closed, server_closed = Event(), Event(), Event()
    client.on("close", closed.set)
    client.write(b"x", written.set)
    assert written.wait(5)
    client.destroy()
    assert closed.wait(5)
    server.close(server_closed.set)
    assert server_closed.wait(5)


class Taker:
    def __init__(self) -> None:
        self.taken: list[Any] = []

    def method(self, first: Any) -> None:
        self.taken.append(first)

    def __call__(self, first: Any, second: Any = "default") -> None:
        self.taken.append((first, second))


@pytest.mark.parametrize("kind", ["method", "partial", "object", "lambda"])
def test_the_first_arguments_are_given(kind: str) -> None:
    taker = Taker()
    listener: Any = {
        "method": taker.method,
        "partial": functools.partial(taker.method),
        "object": lambda error: taker.method(error),
        "lambda": lambda error: taker.method(error),
    }[kind]
    socket = net.Socket()
    socket.on("lookup", listener)
    socket.emit(net.EventName("lookup"), "error", "address", 4, "host")
    assert taker.taken == ["error"]


def test_a_listener_that_takes_them_all_is_given_all() -> None:
    taken: list[Any] = []
    socket = net.Socket()
    socket.on("lookup", lambda *everything: taken.append(everything))
    socket.on("lookup", lambda a, b, c, d: taken.append((a, b, c, d)))
    socket.emit(net.EventName("lookup"), 1, 2, 3, 4)
    assert taken == [(1, 2, 3, 4), (1, 2, 3, 4)]


def test_it_is_found_under_the_function_that_was_given() -> None:
    def listener() -> None:
        calls.append(1)

    calls: list[int] = []
    socket = net.Socket()
    socket.on("close", listener)
    socket.once("close", listener)
    assert socket.listeners("close") == [listener, listener]
    assert socket.listener_count("close", listener) == 2
    socket.off("close", listener)
    socket.off("close", listener)
    assert socket.listener_count("close") == 0
    assert socket.emit("close", False) is False
    assert calls == []


def test_the_program_s_own_events() -> None:
    taker = Taker()
    emitter = net.EventEmitter()
    emitter.on("custom", lambda: taker.taken.append("nothing"))
    emitter.on("custom", taker.method)
    emitter.once("custom", taker.method)
    emitter.prepend_listener("custom", taker)
    emitter.on("custom", lambda *everything: taker.taken.append(everything))
    emitter.on("custom", taker.taken.append)
    assert emitter.emit("custom", 1, 2, 3)
    assert taker.taken == [(1, 2), "nothing", 1, 1, (1, 2, 3), 1]


def test_raw_listeners_are_those_that_were_given() -> None:
    def listener() -> None:
        pass

    emitter = net.Socket()
    for event in (net.EventName("custom"), net.EventName("close")):
        emitter.on(event, listener).once(event, listener)
        plain, once = emitter.raw_listeners(event)
        assert plain is listener
        assert once.listener is listener  # type: ignore[attr-defined]


def test_callbacks() -> None:
    server, client = _connected()
    counted, received = Event(), Event()
    server.get_connections(counted.set)
    assert counted.wait(5)
    buffer = bytearray(5)
    address: Any = server.address()
    server.once("connection", lambda peer: peer.write(b"hello"))
    reader = net.connect(
        port=address.port,
        host="somewhere.test",
        lookup=lambda host: "127.0.0.1",
        onread={"buffer": buffer, "callback": received.set},
    )
    assert received.wait(5)
    assert buffer == b"hello"
    for sock in (client, reader):
        sock.destroy()
    server.close().wait("close", 5)


def test_an_abort_listener() -> None:
    aborted = Event()
    controller = net.AbortController()
    controller.signal.on("abort", aborted.set)
    controller.abort()
    assert aborted.is_set()
