"""The writable side of a stream, against a scripted transport."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from gevent.event import Event
from support.legal import legal
from support.scripted import ScriptedTransport, in_greenlet, reset, scripted, told, turn, turn_until

import geventnet as net

pytestmark = pytest.mark.usefixtures("reported")

LIMIT = 5.0


def in_a_step(socket: net.Socket, wire: ScriptedTransport, act: Callable[[], object]) -> None:
    """Let a listener of the socket do something."""
    socket.once("data", lambda chunk: act())
    wire.arrives(b"go")
    turn()
    legal(socket)


def closed(socket: net.Socket) -> None:
    socket.destroy()
    assert turn_until(socket.ready)
    legal(socket)


# Sending at once, and coalescing.


def test_a_write_outside_of_a_step_goes_out_at_once() -> None:
    socket, wire = scripted()
    assert socket.write(b"a") and socket.write("b")
    assert wire.sends == [b"a", b"b"]
    assert socket.writable_length == 0
    closed(socket)


def test_the_writes_of_a_step_are_sent_together() -> None:
    socket, wire = scripted()

    def act() -> None:
        assert socket.write(b"a") and socket.write(b"b")
        assert (wire.sent, socket.bytes_written, socket.writable_length) == (b"", 2, 0)

    in_a_step(socket, wire, act)
    assert wire.sends == [b"ab"]
    closed(socket)


def test_with_no_delay_the_first_write_of_a_step_goes_out_at_once() -> None:
    socket, wire = scripted()
    socket.set_no_delay()
    in_a_step(socket, wire, lambda: [socket.write(data) for data in (b"a", b"b", b"c")])
    assert wire.sends == [b"a", b"bc"]
    closed(socket)


def test_what_is_coalesced_is_sent_at_the_mark() -> None:
    socket, wire = scripted(high_water_mark=4)
    in_a_step(socket, wire, lambda: [socket.write(data) for data in (b"ab", b"cd", b"ef")])
    assert wire.sends == [b"abcd", b"ef"]
    closed(socket)


@pytest.mark.parametrize("before", ["end", "destroy", "destroy_soon", "set_no_delay", "cork"])
def test_what_is_coalesced_is_sent_before(before: str) -> None:
    socket, wire = scripted()

    def act() -> None:
        socket.write(b"a")
        getattr(socket, before)()
        assert wire.sent == b"a"

    in_a_step(socket, wire, act)
    closed(socket)


def test_what_is_coalesced_is_sent_when_the_listener_blocks() -> None:
    socket, wire = scripted()
    gate = Event()

    def act() -> None:
        socket.write(b"a")
        gate.wait(LIMIT)

    in_a_step(socket, wire, act)
    assert wire.sent == b"a"
    gate.set()
    turn()
    closed(socket)


def test_the_callbacks_of_coalesced_writes_are_called_in_order() -> None:
    socket, wire = scripted()
    called: list[object] = []

    def act() -> None:
        for name in "ab":
            socket.write(name, partial(lambda name, error: called.append((name, error)), name))
        assert called == []

    in_a_step(socket, wire, act)
    assert called == [("a", None), ("b", None)]
    closed(socket)


# Backpressure.


def test_what_the_system_does_not_take_is_sent_later() -> None:
    socket, wire = scripted(room=2, high_water_mark=8)
    seen = told(socket, "drain")
    assert socket.write(b"hello")
    assert (wire.sent, socket.writable_length, socket.bytes_written) == (b"he", 5, 5)
    wire.makes_room(2)
    turn()
    assert (wire.sent, socket.writable_length) == (b"hell", 5)
    wire.makes_room(2)
    turn()
    assert (wire.sent, socket.writable_length, seen) == (b"hello", 0, [])
    legal(socket)
    closed(socket)


@pytest.mark.parametrize(("size", "answer"), [(3, True), (4, False), (5, False)])
def test_the_answer_is_false_at_the_mark_if_something_is_left(size: int, answer: bool) -> None:
    socket, wire = scripted(room=0, high_water_mark=4)
    seen = told(socket, "drain")
    assert socket.write(bytes(size)) is answer
    assert socket.writable_need_drain is not answer
    wire.makes_room()
    turn()
    assert seen == ["drain"] * (not answer)
    closed(socket)


def test_what_is_written_behind_others_is_sent_in_one() -> None:
    socket, wire = scripted(room=0)
    called: list[object] = []
    for data in (b"a", b"b", b"c"):
        socket.write(data, partial(lambda data, error: called.append(data), data))
    legal(socket)
    wire.makes_room()
    turn()
    assert wire.sends == [b"a", b"bc"]
    assert called == [b"a", b"b", b"c"]
    closed(socket)


def test_drain_comes_before_the_callbacks_of_what_has_drained() -> None:
    socket, wire = scripted(room=0, high_water_mark=1)
    seen = told(socket, "drain")
    assert socket.write(b"a", lambda error: seen.append("callback")) is False
    wire.makes_room()
    turn()
    assert seen == ["drain", "callback"]
    closed(socket)


def test_bytes_flow_while_a_callback_blocks() -> None:
    socket, wire = scripted(room=0)
    gate = Event()
    called: list[str] = []

    def block(error: object) -> None:
        gate.wait(LIMIT)
        called.append("first")

    socket.write(b"a", block)
    socket.write(b"b", lambda error: called.append("second"))
    wire.makes_room(1)
    turn()
    wire.makes_room(1)
    turn()
    legal(socket)
    assert (wire.sent, called) == (b"ab", [])
    gate.set()
    turn()
    assert called == ["first", "second"]
    closed(socket)


def test_corked_writes_are_sent_together() -> None:
    socket, wire = scripted()
    socket.cork()
    socket.cork()
    socket.write(b"a")
    socket.write(b"b")
    socket.uncork()
    assert (wire.sent, socket.writable_length, socket.writable_corked) == (b"", 2, 1)
    legal(socket)
    socket.uncork()
    assert wire.sends == [b"ab"]
    closed(socket)


# Failures.


def failing(socket: net.Socket) -> list[Any]:
    """What is told of two writes, of which the first fails."""
    seen = told(socket, "drain", "finish", "error", "close")
    for name in "ab":
        socket.write(name, partial(lambda name, error: seen.append((name, error)), name))
    return seen


def test_a_write_that_fails_at_once() -> None:
    socket, wire = scripted()
    wire.fails(reset())
    seen = failing(socket)
    legal(socket)
    assert turn_until(socket.ready)
    error = socket.errored
    assert isinstance(error, ConnectionResetError)
    assert seen == [("a", error), ("b", error), ("error", error), ("close", True)]
    assert wire.sent == b""


def test_a_write_that_fails_later() -> None:
    socket, wire = scripted(room=0)
    seen = failing(socket)
    wire.fails(reset())
    assert turn_until(socket.ready)
    error = socket.errored
    assert isinstance(error, ConnectionResetError)
    assert seen == [("a", error), ("b", error), ("error", error), ("close", True)]
    legal(socket)


def test_nothing_is_sent_behind_what_has_failed() -> None:
    socket, wire = scripted()
    socket.on("error", lambda error: None)
    wire.fails(reset())
    assert socket.write(b"a") is False
    wire.outgoing.failure = None
    assert socket.write(b"b") is False
    assert turn_until(socket.ready)
    assert wire.sent == b""


def test_a_callback_that_raises_keeps_no_other_from_being_called(
    reported: list[BaseException],
) -> None:
    socket, _ = scripted(room=0)
    error = ValueError("callback")
    called: list[object] = []

    def fail(_: object) -> None:
        raise error

    socket.write(b"a")
    socket.write(b"b", fail)
    socket.write(b"c", called.append)
    socket.end(called.append)
    socket.destroy()
    assert turn_until(socket.ready)
    assert len(called) == 2
    assert reported.pop() is error
    legal(socket)


# The end.


def test_the_end_waits_for_what_was_written() -> None:
    socket, wire = scripted(room=0, allow_half_open=True)
    seen = told(socket, "prefinish", "finish", "close")
    socket.write(b"a", lambda error: seen.append("callback"))
    socket.end(b"b", lambda error: seen.append("ended"))
    turn()
    legal(socket)
    assert not wire.is_shut_writing
    wire.makes_room()
    turn()
    assert wire.sent == b"ab"
    assert wire.is_shut_writing
    assert seen == ["callback", "prefinish", "ended", "finish"]
    closed(socket)


def test_the_end_of_what_has_written_nothing() -> None:
    socket, wire = scripted(allow_half_open=True)
    seen = told(socket, "finish")
    socket.end()
    assert not socket.writable and not socket.writable_finished
    turn()
    assert (seen, wire.is_shut_writing) == (["finish"], True)
    closed(socket)


def test_an_end_that_fails() -> None:
    socket, wire = scripted()
    seen = told(socket, "finish", "error", "close")
    wire.shut_error = OSError(errno.EIO, os.strerror(errno.EIO))
    socket.end()
    assert turn_until(socket.ready)
    (event, error), close = seen
    assert (event, close) == ("error", ("close", True))
    assert (error.code, error.syscall) == ("EIO", "shutdown")


def test_an_end_after_the_other_side_has_gone_is_an_end() -> None:
    socket, wire = scripted(allow_half_open=True)
    seen = told(socket, "finish", "error")
    wire.shut_error = OSError(errno.ENOTCONN, os.strerror(errno.ENOTCONN))
    socket.end()
    turn()
    assert seen == ["finish"]
    closed(socket)


def test_destroy_drops_what_is_left() -> None:
    socket, wire = scripted(room=1)
    seen = told(socket, "finish", "error", "close")
    socket.write(b"abc")
    socket.write(b"d", lambda error: seen.append(error.code))
    socket.destroy()
    assert turn_until(socket.ready)
    wire.makes_room()
    turn()
    assert (wire.sent, seen) == (b"a", ["ERR_STREAM_DESTROYED", ("close", False)])


# What a greenlet sends that blocks.


def test_a_greenlet_waits_until_the_system_has_taken_all_of_it() -> None:
    socket, wire = scripted(room=0)
    socket.write(b"first ")
    sending = in_greenlet(socket.sendall, b"second")
    wire.makes_room(8)
    turn()
    assert not sending.ready()
    wire.makes_room()
    assert sending.get(timeout=LIMIT) is None
    assert wire.sent == b"first second"
    legal(socket)
    closed(socket)


def test_what_a_killed_greenlet_has_queued_is_sent_whole() -> None:
    socket, wire = scripted(room=1)
    sending = in_greenlet(socket.sendall, b"hello")
    sending.kill()
    socket.write(b" world")
    wire.makes_room()
    turn()
    assert wire.sent == b"hello world"
    closed(socket)


def test_messages_of_several_greenlets_do_not_mix() -> None:
    socket, wire = scripted(room=1, high_water_mark=2)
    sending = [in_greenlet(socket.sendall, data) for data in (b"aaa", b"bbb", b"ccc")]
    legal(socket)
    while not all(one.ready() for one in sending):
        wire.makes_room(2)
        turn()
    assert wire.sent == b"aaabbbccc"
    closed(socket)


def test_send_sends_what_there_is_room_for() -> None:
    socket, wire = scripted(room=0)
    sending = in_greenlet(socket.send, b"hello")
    assert not sending.ready()
    wire.makes_room(2)
    assert sending.get(timeout=LIMIT) == 2
    assert wire.sent == b"he"
    closed(socket)


@pytest.mark.parametrize("call", ["sendall", "send"])
def test_a_greenlet_that_waits_for_room_is_told_of_the_failure(call: str) -> None:
    socket, wire = scripted(room=0)
    sending = in_greenlet(getattr(socket, call), b"hello")
    wire.fails(reset())
    assert isinstance(sending.get(timeout=LIMIT), ConnectionResetError)
    closed(socket)


@pytest.mark.parametrize("call", ["sendall", "send", "close"])
def test_a_greenlet_that_waits_for_room_is_told_of_destroy(call: str) -> None:
    socket, _ = scripted(room=0)
    socket.write(b"x")
    sending = in_greenlet(getattr(socket, call), *[b"hello"] * (call != "close"))
    socket.destroy()
    assert "EBADF" in str(sending.get(timeout=LIMIT))
    assert turn_until(socket.ready)


def test_what_follows_a_write_that_failed_fails_after_it_although_it_is_destroyed() -> None:
    socket, wire = scripted()
    seen: list[int] = []
    socket.on("error", lambda error: None)
    socket.write(b"0", lambda error: seen.append(0))
    wire.fails(reset())
    socket.write(b"1", lambda error: seen.append(1))
    socket.write(b"2", lambda error: seen.append(2))
    socket.end(b"3", lambda error: seen.append(3))
    socket.destroy()
    assert turn_until(socket.ready)
    assert seen == [0, 1, 2, 3]
    legal(socket)
