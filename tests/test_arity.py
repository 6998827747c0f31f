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
    socket.emit("lookup", "error", "address", 4, "host")
    assert taker.taken == ["error"]


def test_a_listener_that_takes_them_all_is_given_all() -> None:
    taken: list[Any] = []
    socket = net.Socket()
    socket.on("lookup", lambda *everything: taken.append(everything))
    socket.on("lookup", lambda a, b, c, d: taken.append((a, b, c, d)))
    socket.emit("lookup", 1, 2, 3, 4)
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


def test_an_event_of_the_programs_own_passes_what_it_has() -> None:
    emitter = net.EventEmitter()
    emitter.on("custom", lambda: None)
    with pytest.raises(TypeError):
        emitter.emit("custom", 1)
