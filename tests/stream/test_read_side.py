"""The readable side of a stream, against a scripted transport."""

from __future__ import annotations

from typing import Any

import pytest
from gevent.event import Event
from support.legal import legal
from support.scripted import (
    END,
    ScriptedTransport,
    in_greenlet,
    reset,
    scripted,
    told,
    turn,
    turn_until,
)

import geventnet as net

pytestmark = pytest.mark.usefixtures("reported")

LIMIT = 5.0


def flowing(**options: Any) -> tuple[net.Socket, ScriptedTransport, list[Any]]:
    """A Socket whose data flow to one listener."""
    socket, wire = scripted(**options)
    chunks: list[Any] = []
    socket.on("data", chunks.append)
    turn()
    return socket, wire, chunks


def closed(socket: net.Socket) -> None:
    socket.destroy()
    socket.wait("close", LIMIT)
    legal(socket)


def test_chunks_go_straight_to_the_only_listener() -> None:
    socket, wire, chunks = flowing()
    assert wire.reader.direct == chunks.append
    wire.arrives(b"a", b"b")
    turn()
    assert chunks == [b"a", b"b"]
    assert socket.bytes_read == 2
    closed(socket)
    assert wire.reader.direct is None


@pytest.mark.parametrize(
    "change",
    [
        lambda socket: socket.pause(),
        lambda socket: socket.set_encoding("utf8"),
        lambda socket: socket.on("data", lambda chunk: None),
        lambda socket: socket.remove_all_listeners("data"),
        lambda socket: socket.destroy(),
    ],
    ids=["pause", "decoder", "second listener", "no listener", "destroyed"],
)
def test_and_not_when_anything_is_in_between(change: Any) -> None:
    socket, wire, _ = flowing()
    change(socket)
    assert wire.reader.direct is None
    legal(socket)
    closed(socket)


def test_the_straight_way_is_found_again() -> None:
    socket, wire, chunks = flowing()
    second = told(socket, "data")
    socket.remove_all_listeners("data")
    socket.on("data", chunks.append)
    assert wire.reader.direct == chunks.append
    wire.arrives(b"a")
    turn()
    assert (chunks, second) == ([b"a"], [])
    closed(socket)


def test_the_buffer_fills_to_the_mark_and_then_the_transport_stops() -> None:
    socket, wire = scripted(high_water_mark=4)
    wire.arrives(b"ab", b"cd", b"ef")
    turn(5)
    assert socket.readable_length == 4
    assert not wire.reader.is_ready
    assert socket.read() == b"abcd"
    turn()
    assert socket.read() == b"ef"
    closed(socket)


def test_a_pause_in_a_listener_holds_for_the_next_chunk() -> None:
    socket, wire, chunks = flowing()
    socket.on("data", lambda chunk: socket.pause())
    wire.arrives(b"a", b"b", b"c")
    turn(5)
    assert chunks == [b"a"]
    socket.remove_all_listeners("data")
    socket.on("data", chunks.append)
    socket.resume()
    turn(5)
    assert chunks == [b"a", b"b", b"c"]
    closed(socket)


def test_what_is_put_back_comes_first() -> None:
    socket, wire = scripted()
    wire.arrives(b"world")
    turn()
    socket.unshift(b"hello ")
    assert socket.read() == b"hello world"
    closed(socket)


def test_readable_is_told_when_there_is_something_and_at_the_end() -> None:
    socket, wire = scripted()
    seen = told(socket, "readable", "end")
    wire.arrives(b"abc")
    turn()
    assert seen == ["readable"]
    assert (socket.read(2), socket.read(2), socket.read(1)) == (b"ab", None, b"c")
    wire.arrives(END)
    turn()
    assert socket.read() is None
    turn()
    assert seen == ["readable", "readable", "end"]
    closed(socket)


def test_the_end_waits_until_the_buffer_is_empty() -> None:
    socket, wire = scripted(allow_half_open=True)
    seen = told(socket, "end")
    wire.arrives(b"abc", END)
    turn(5)
    assert (seen, socket.readable_ended) == ([], False)
    assert socket.read() == b"abc"
    turn()
    assert (seen, socket.readable_ended) == (["end"], True)
    closed(socket)


def test_what_is_put_back_at_the_end_is_read_before_it_is_told() -> None:
    socket, wire = scripted(allow_half_open=True)
    seen = told(socket, "end")
    wire.arrives(b"abc", END)
    turn(5)
    socket.read()
    socket.unshift(b"c")
    turn()
    legal(socket)
    assert seen == []
    assert socket.read() == b"c"
    turn()
    assert seen == ["end"]
    closed(socket)


def test_a_character_in_two_chunks_is_one() -> None:
    socket, wire = scripted()
    socket.set_encoding("utf8")
    seen = told(socket, "data")
    wire.arrives(b"\xc3", b"\xa9", END)
    socket.wait("close", LIMIT)
    assert seen == [("data", "é")]


def test_a_failure_destroys() -> None:
    socket, wire, chunks = flowing()
    seen = told(socket, "error", "end", "close")
    wire.arrives(b"a", reset(), b"b")
    assert turn_until(socket.ready)
    assert chunks == [b"a"]
    assert isinstance(socket.errored, ConnectionResetError)
    assert seen == [("error", socket.errored), ("close", True)]
    assert wire.is_closed
    legal(socket)


def test_a_listener_that_raises_stops_the_flow(reported: list[BaseException]) -> None:
    socket, wire = scripted()
    seen = told(socket, "data", "error")
    error = ValueError("listener")

    def fail(chunk: bytes) -> None:
        raise error

    socket.on("data", fail)
    wire.arrives(b"a", b"b")
    assert turn_until(socket.ready)
    assert seen == [("data", b"a"), ("error", error)]
    assert reported.pop() is error


def test_a_blocked_listener_delays_the_next_chunk() -> None:
    socket, wire = scripted()
    gate = Event()
    seen: list[bytes] = []

    def block(chunk: bytes) -> None:
        seen.append(chunk)
        gate.wait(LIMIT)

    socket.on("data", block)
    wire.arrives(b"a", b"b")
    turn(5)
    legal(socket)
    assert seen == [b"a"]
    gate.set()
    turn(5)
    assert seen == [b"a", b"b"]
    closed(socket)


# What a greenlet receives that blocks.


def test_a_greenlet_takes_what_it_asked_for_and_leaves_the_rest() -> None:
    socket, wire = scripted()
    receiving = in_greenlet(socket.recv, 2)
    wire.arrives(b"abc", END)
    assert receiving.get(timeout=LIMIT) == b"ab"
    assert [socket.recv(9), socket.recv(9), socket.recv(9)] == [b"c", b"", b""]
    legal(socket)
    closed(socket)


def test_a_greenlet_that_is_killed_has_taken_nothing() -> None:
    socket, wire = scripted()
    receiving = in_greenlet(socket.recv_exactly, 4)
    wire.arrives(b"ab")
    turn()
    receiving.kill()
    wire.arrives(b"cd")
    assert socket.recv_exactly(4) == b"abcd"
    closed(socket)


def test_a_greenlet_that_waits_is_told_of_the_failure() -> None:
    socket, wire = scripted()
    seen = told(socket, "error")
    receiving = in_greenlet(socket.recv, 1)
    wire.arrives(reset())
    assert isinstance(receiving.get(timeout=LIMIT), ConnectionResetError)
    assert seen == []
    with pytest.raises(OSError, match="EBADF"):
        socket.recv(1)
    closed(socket)


def test_a_greenlet_that_waits_is_told_of_destroy() -> None:
    socket, _ = scripted()
    receiving = in_greenlet(socket.recv, 1)
    socket.destroy()
    assert "EBADF" in str(receiving.get(timeout=LIMIT))


def test_who_has_received_the_end_may_still_send() -> None:
    socket, wire = scripted()
    wire.arrives(END)
    assert socket.recv(1) == b""
    turn()
    socket.sendall(b"still here")
    assert wire.sent == b"still here"
    assert not wire.is_shut_writing
    socket.close()
    assert wire.is_shut_writing


def test_a_data_listener_takes_over_from_a_greenlet() -> None:
    socket, wire = scripted()
    receiving = in_greenlet(socket.recv, 1)
    seen = told(socket, "data")
    assert "'data' listener" in str(receiving.get(timeout=LIMIT))
    wire.arrives(b"a")
    turn()
    assert seen == [("data", b"a")]
    closed(socket)
