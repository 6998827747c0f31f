"""Traces of events, and sequences."""

import gevent
import pytest

import geventnet as net
from geventnet.testing import Sequencer, fake_clock, memory_pair, record, settle


def test_the_events_of_two_sockets_in_one_trace() -> None:
    near, far = memory_pair()
    trace = record(near, name="near").add(far, "data", "end", "close", name="far")
    near.end(b"hello")
    settle()
    assert trace.lines() == [
        "far data b'hello'",
        "near prefinish",
        "near finish",
        "far end",
        "far close False",
        "near end",
        "near close False",
    ]
    assert trace.lines("far") == ["far data b'hello'", "far end", "far close False"]


def test_recording_changes_nothing_unless_data_are_asked_for() -> None:
    near, far = memory_pair()
    trace = record(far)
    near.write(b"hello")
    settle()
    assert far.readable_flowing is None
    assert not trace
    assert far.recv(10) == b"hello"
    near.destroy(ValueError("mine")).once("error", repr)
    far.destroy()
    settle()
    assert trace == ["socket close False"]


def test_an_error_is_recorded_and_taken_from_nobody() -> None:
    near, far = memory_pair()
    trace = record(near)
    failing = gevent.spawn(near.wait, net.EventName("connection lost"))
    settle()
    near.destroy(ValueError("mine"))
    with pytest.raises(ValueError, match="mine"):
        failing.get()
    settle()
    assert trace == ["socket error ValueError('mine')", "socket close True"]
    far.destroy()


def test_a_timeline_has_the_times_of_the_clock() -> None:
    with fake_clock() as clock:
        emitter = net.EventEmitter()
        with record(emitter, "tick", name="clock") as trace:
            clock.advance(0.5)
            emitter.emit("tick", 1, "a", emitter, object(), b"x" * 100)
            clock.advance(61)
            emitter.emit("tick")
        emitter.emit("tick")
    first, second = str(trace).splitlines()
    assert first == f"    0.500  clock tick 1 'a' clock <object> {b'x' * 32!r}... (100)"
    assert second == "   61.500  clock tick"
    assert [recorded.time for recorded in trace] == pytest.approx([0.5, 61.5])


def test_traces_compare_without_their_times() -> None:
    emitter = net.EventEmitter()
    first, second = record(emitter, "a", "b"), record(emitter, "a")
    emitter.emit("a")
    assert first == second
    emitter.emit("b")
    assert first != second
    assert first == ["eventemitter a", "eventemitter b"]
    assert first != "eventemitter a"
    first.clear()
    assert len(first) == 0


def test_events_of_a_users_own_class_have_to_be_named() -> None:
    with pytest.raises(ValueError, match="name the events"):
        record(net.EventEmitter())


def test_a_sequence_runs_in_its_order() -> None:
    sequence = Sequencer()
    ran: list[int] = []

    def block(*positions: int) -> None:
        for position in positions:
            with sequence(position):
                ran.append(position)

    greenlets = [gevent.spawn(block, 3), gevent.spawn(block, 1, 2, 5), gevent.spawn(block, 0, 4)]
    gevent.joinall(greenlets, raise_error=True)
    assert ran == [0, 1, 2, 3, 4, 5]


def test_a_number_is_used_once() -> None:
    sequence = Sequencer()
    with sequence(0):
        pass
    with pytest.raises(RuntimeError, match="block 0 already"), sequence(0):
        pass


def test_a_sequence_that_was_cut_short_fails_and_does_not_hang() -> None:
    sequence = Sequencer()
    failures: list[str] = []

    def block(position: int) -> None:
        try:
            with sequence(position):
                pass
        except RuntimeError as error:
            failures.append(str(error))

    cut, later = gevent.spawn(block, 1), gevent.spawn(block, 2)
    settle()
    cut.kill()
    settle()
    assert later.ready()
    block(3)
    assert [text.split()[1] for text in failures] == ["2", "3"]
