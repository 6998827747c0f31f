"""Arguments of the wrong type or range: Node's codes, at the call, with nothing changed."""

from __future__ import annotations

import math
import socket as py_socket
from collections.abc import Callable, Iterator
from typing import Any

import gevent
import pytest

import geventnet as net

LOCAL = "127.0.0.1"
HUGE = pytest.param(10**5000, id="huge")


class Mute:
    """Has no repr."""

    def __repr__(self) -> str:
        raise RuntimeError("no repr")


def code(call: Callable[[], object]) -> str:
    with pytest.raises(net.NetError) as caught:
        call()
    assert str(caught.value)
    return caught.value.code


@pytest.fixture
def server() -> Iterator[net.Server]:
    server: Any = net.create_server(lambda sock: sock.end(b"hello"))
    with server.listen(0, LOCAL):
        yield server


@pytest.mark.parametrize("delay", [math.nan, math.inf, 2**31, 1e300, HUGE])
def test_a_delay_that_the_system_cannot_be_given(delay: Any) -> None:
    socket = net.Socket()
    calls: list[Callable[[], object]] = [
        lambda: net.create_server(keep_alive_initial_delay=delay),
        lambda: net.Socket(keep_alive_initial_delay=delay),
        lambda: net.connect(1, LOCAL, keep_alive_initial_delay=delay),
        lambda: socket.connect(1, LOCAL, print, keep_alive_initial_delay=delay),
        lambda: socket.set_keep_alive(True, delay),
    ]
    assert [code(call) for call in calls] == ["ERR_OUT_OF_RANGE"] * 5
    assert socket.pending and not socket.connecting and not socket.event_names()


@pytest.mark.parametrize("delay", [-math.inf, -1, 0, 1.5, 2**31 - 1])
def test_a_connection_lives_with_any_delay_that_is_taken(delay: float) -> None:
    options: Any = {"keep_alive": True, "keep_alive_initial_delay": delay}
    with net.create_server(lambda sock: sock.end(b"hello"), **options).listen(0, LOCAL) as server:
        address: Any = server.address()
        with net.connect(address.port, LOCAL, **options) as sock:
            sock.set_keep_alive(True, delay, 1e300)
            assert sock.recv_exactly(5) == b"hello"


@pytest.mark.parametrize(
    ("mark", "expected"),
    [
        (math.nan, "ERR_INVALID_ARG_VALUE"),
        (math.inf, "ERR_INVALID_ARG_VALUE"),
        (1.5, "ERR_INVALID_ARG_VALUE"),
        ("5", "ERR_INVALID_ARG_TYPE"),
        (True, "ERR_INVALID_ARG_TYPE"),
        ([], "ERR_INVALID_ARG_TYPE"),
    ],
)
def test_a_servers_mark(mark: Any, expected: str) -> None:
    assert code(lambda: net.create_server(high_water_mark=mark)) == expected


@pytest.mark.parametrize("value", [math.nan, None, "x", [1], 0, object()])
def test_any_value_says_whether_ipv6_only(value: Any) -> None:
    server = net.create_server().listen(port=0, host="::1", ipv6_only=value)
    server.wait("listening")
    server.close().wait("close")


@pytest.mark.parametrize("destination", [None, 5, "x", print, object(), net.Server()])
def test_pipe_to_what_cannot_be_written_to(destination: Any) -> None:
    source = net.Duplex()
    assert code(lambda: source.pipe(destination)) == "ERR_INVALID_ARG_TYPE"
    assert not source.event_names()
    assert source.readable_flowing is None
    source.unpipe()


@pytest.mark.parametrize("port", [True, [], [80], {}, b"80", object(), Mute()])
def test_a_port_of_the_wrong_type(port: Any) -> None:
    socket, server = net.Socket(), net.Server()
    assert code(lambda: socket.connect(port=port, connect_listener=print)) == "ERR_INVALID_ARG_TYPE"
    assert code(lambda: server.listen(port=port, callback=print)) == "ERR_INVALID_ARG_VALUE"
    assert socket.pending and not socket.connecting and not socket.event_names()
    assert not server.listening and not server.event_names()
    with pytest.raises(net.NetError):
        server.serve_forever()


@pytest.mark.parametrize("port", [math.nan, -1, 65536, 1.5, HUGE, ""])
def test_a_port_out_of_range(port: Any) -> None:
    for call in (net.Socket().connect, net.Server().listen):
        assert code(lambda call=call: call(port=port)) == "ERR_SOCKET_BAD_PORT"  # type: ignore[misc]


def test_a_failed_connect_leaves_nothing_at_its_signal() -> None:
    controller = net.AbortController()
    before = controller.signal.event_names()
    calls: list[Callable[[], object]] = [
        lambda: net.connect(port=-1, signal=controller.signal),
        lambda: net.connect(1, LOCAL, timeout=-1, signal=controller.signal),
    ]
    for call in calls:
        code(call)
    assert controller.signal.event_names() == before
    controller.abort()


@pytest.mark.parametrize("tos", [math.nan, math.inf, None, "5", True, -1, 256, 1.5, HUGE, []])
def test_type_of_service(tos: Any) -> None:
    socket = net.Socket().set_type_of_service(16)
    assert code(lambda: socket.set_type_of_service(tos)) in (
        "ERR_INVALID_ARG_TYPE",
        "ERR_OUT_OF_RANGE",
    )
    assert socket.get_type_of_service() == 16


@pytest.mark.parametrize("value", [1, None, {}, [1], [None], ["Address: IPv4 1.2.3.4", 1], "1"])
def test_from_json_of_the_wrong_type(value: Any) -> None:
    blocked = net.BlockList()
    assert code(lambda: blocked.from_json(value)) == "ERR_INVALID_ARG_TYPE"
    assert not blocked.rules


@pytest.mark.parametrize("value", ["x", ["x"], ["Address: IPv4 1.2.3.4", "x"]])
def test_from_json_of_what_is_no_rule(value: Any) -> None:
    blocked = net.BlockList()
    assert code(lambda: blocked.from_json(value)) == "ERR_INVALID_ARG_VALUE"
    assert not blocked.rules


@pytest.mark.parametrize("value", [HUGE, Mute()])
def test_a_value_that_cannot_be_shown_is_refused_all_the_same(value: Any) -> None:
    socket: Any = net.Socket()
    server: Any = net.Server()
    calls: list[Callable[[], object]] = [
        lambda: net.Socket(high_water_mark=value if type(value) is not int else -value),
        lambda: net.Socket(fd=value),
        lambda: socket.connect(port=value),
        lambda: socket.connect(port=1, host=value),
        lambda: socket.connect(port=1, family=value),
        lambda: socket.connect(port=1, local_address=value),
        lambda: socket.set_timeout(value),
        lambda: socket.set_encoding(value),
        lambda: socket.set_type_of_service(value),
        lambda: socket.write(value),
        lambda: socket.on("data", value),
        lambda: server.listen(port=value),
        lambda: server.listen(fd=value),
        lambda: server.listen(value),
        lambda: net.BlockList().from_json([value]),
        lambda: net.SocketAddress(family=value),
    ]
    for call in calls:
        code(call)


@pytest.mark.parametrize("host", [b"", b"localhost", [], 0, 5])
def test_a_host_of_the_wrong_type(host: Any) -> None:
    assert code(lambda: net.Server().listen(port=0, host=host)) == "ERR_INVALID_ARG_TYPE"
    assert code(lambda: net.Socket().connect(port=1, host=host)) == "ERR_INVALID_ARG_TYPE"


@pytest.mark.parametrize("callback", [5, [], "x"])
def test_a_callback_that_cannot_be_called(server: net.Server, callback: Any) -> None:
    address: Any = server.address()
    with net.connect(address.port, LOCAL) as sock:
        assert code(lambda: sock.write(b"x", None, callback)) == "ERR_INVALID_ARG_TYPE"
        assert code(lambda: sock.end(b"x", None, callback)) == "ERR_INVALID_ARG_TYPE"
        assert sock.bytes_written == 0
        assert sock.writable


def test_recv_into_what_cannot_be_written_to_takes_nothing(server: net.Server) -> None:
    address: Any = server.address()
    with net.connect(address.port, LOCAL) as sock:
        assert sock.recv(1, py_socket.MSG_PEEK) == b"h"
        assert code(lambda: sock.recv_into(b"12345")) == "ERR_INVALID_ARG_TYPE"
        for count in (6, -1, 1.5, None):
            assert code(lambda count=count: sock.recv_into(bytearray(5), count)).startswith("ERR_")  # type: ignore[misc]
        assert sock.recv_exactly(5) == b"hello"


@pytest.mark.parametrize("limit", [1e12, 1e18, 1e300])
def test_a_limit_of_centuries(server: net.Server, limit: float) -> None:
    address: Any = server.address()
    with net.connect(address.port, LOCAL, connect_timeout=limit, timeout=limit) as sock:
        sock.settimeout(limit)
        assert sock.recv_exactly(5) == b"hello"
        assert sock.timeout == limit
    with gevent.Timeout(5):
        assert server.drain(limit).cut == 0


def test_no_host_is_localhost() -> None:
    for options in ({}, {"host": ""}, {"host": None}):
        asked: list[str] = []
        arguments: Any = options
        socket = net.Socket()
        socket.on("error", lambda error: None)
        socket.connect(port=1, lookup=asked.append, **arguments)
        socket.destroy()
        assert asked == ["localhost"]


class Source(net.Readable):
    def _read(self, size: int) -> None:
        pass


def test_who_is_told_a_value_that_is_no_exception(reported: list[BaseException]) -> None:
    boom: Any = "boom"
    calls: list[tuple[Callable[[Any], object], net.Readable]] = [
        (lambda socket: socket.wait("end"), net.Socket()),
        (lambda socket: socket.wait("connect"), net.Socket()),
        (lambda socket: socket.recv(1), net.Socket().connect(1, lookup=lambda: None)),
        (list, Source()),
    ]
    for call, stream in calls:
        gevent.spawn(stream.destroy, boom)
        with pytest.raises(net.NetError, match=r"^Unhandled error\. \('boom'\)$") as caught:
            call(stream)
        assert caught.value.code == "ERR_UNHANDLED_ERROR"
        assert caught.value.__dict__["context"] == boom
        assert stream.errored == boom
        stream.wait("close")
    assert not reported
    unheard = net.Socket().destroy(boom)
    gevent.wait([unheard])
    with pytest.raises(net.NetError, match="boom"):
        unheard.wait("end")
    assert unheard.wait("error") == boom
    assert [error.__dict__["context"] for error in reported] == [boom]
    reported.clear()


def test_an_error_event_whose_argument_has_no_repr() -> None:
    mute = Mute()
    with pytest.raises(net.NetError, match=r"^Unhandled error\. \(<Mute>\)$") as caught:
        net.EventEmitter().emit("error", mute)
    assert caught.value.__dict__["context"] is mute
