"""Sockets in memory: the same vocabulary, and wires that a test controls."""

import itertools
import time
from typing import Any

import gevent
import pytest
from gevent.exceptions import LoopExit

import geventnet as net
from geventnet.testing import Wire, fake_clock, memory_pair, memory_socket, record, settle

LIMIT = 20.0


def received(*, chunks: Any = "joined", sends: tuple[bytes, ...] = (b"hello ", b"world")) -> list:  # type: ignore[type-arg]
    """What a listener of `'data'` is given."""
    wire = Wire(chunks=chunks)
    near, far = memory_pair(wire)
    got: list[bytes] = []
    far.on("data", got.append)
    for data in sends:
        near.write(data)
    near.end()
    far.wait("close", LIMIT)
    return got


@pytest.mark.parametrize(
    ("chunks", "expected"),
    [
        ("joined", [b"hello world"]),
        ("sent", [b"hello ", b"world"]),
        (4, [b"hell", b"o wo", b"rld"]),
        (1, [bytes([byte]) for byte in b"hello world"]),
        ([2, 7], [b"he", b"llo wor", b"ld"]),
    ],
)
def test_the_wire_says_in_which_chunks_bytes_arrive(chunks: Any, expected: list[bytes]) -> None:
    assert received(chunks=chunks) == expected


def test_what_arrives_can_be_an_endless_series() -> None:
    sizes = itertools.cycle([1, 3])
    assert received(chunks=sizes, sends=(b"abcdefgh",)) == [b"a", b"bcd", b"e", b"fgh"]


@pytest.mark.parametrize("chunks", [0, -1, "split"])
def test_what_is_no_way_to_cut_is_refused(chunks: Any) -> None:
    with pytest.raises(ValueError):
        Wire(chunks=chunks)


def test_both_vocabularies_work() -> None:
    near, far = memory_pair()
    far.on("data", lambda chunk: far.write(chunk.upper()))
    with near:
        near.sendall(b"hello")
        assert near.recv_exactly(5) == b"HELLO"
    far.wait("close", LIMIT)


def test_a_full_wire_is_backpressure() -> None:
    wire = Wire(capacity=10)
    near, far = memory_pair(wire, high_water_mark=16)
    assert near.write(b"0123456789")
    assert not near.write(b"x" * 20)
    assert (wire.length, near.writable_length) == (10, 20)
    assert far.recv_exactly(30) == b"0123456789" + b"x" * 20
    near.wait("drain", LIMIT)
    far.destroy()
    near.destroy()


def test_sendall_waits_for_the_receiver() -> None:
    near, far = memory_pair(Wire(capacity=100))
    sender = gevent.spawn(near.sendall, b"x" * 100_000)
    settle()
    assert not sender.ready()
    assert far.recv_exactly(100_000) == b"x" * 100_000
    sender.get(timeout=LIMIT)
    near.destroy()
    far.destroy()


def test_room_that_a_test_makes() -> None:
    wire = Wire(capacity=0)
    near, far = memory_pair(wire)
    sender = gevent.spawn(near.send, b"hello")
    settle()
    assert not sender.ready()
    wire.capacity = 3
    assert sender.get(timeout=LIMIT) == 3
    assert far.recv(10) == b"hel"
    near.destroy()
    far.destroy()


def test_half_close() -> None:
    near, far = memory_pair(allow_half_open=True)
    near.end(b"question")
    assert b"".join(far) == b"question"
    far.end(b"answer")
    assert b"".join(near) == b"answer"
    near.wait("close", LIMIT)
    far.wait("close", LIMIT)


def test_reset() -> None:
    near, far = memory_pair()
    near.write(b"last words")
    near.reset_and_destroy()
    assert far.recv(100) == b"last words"
    with pytest.raises(ConnectionResetError, match="read ECONNRESET"):
        far.recv(100)


def test_closing_with_unread_bytes_resets_the_other() -> None:
    near, far = memory_pair()
    near.sendall(b"nobody reads this")
    settle()
    far.pause()
    near.sendall(b"x" * 40000)
    far.destroy()
    assert isinstance(near.wait("error", LIMIT), ConnectionResetError)


def test_writing_to_a_closed_one_is_a_broken_pipe() -> None:
    near, far = memory_pair()
    far.destroy()
    with pytest.raises(BrokenPipeError, match="write EPIPE"):
        near.sendall(b"hello")


def test_a_failure_that_a_test_chooses() -> None:
    incoming = Wire()
    socket = memory_socket(incoming)
    incoming.send(b"some")
    incoming.fail(TimeoutError(110, "gone"))
    assert socket.recv(10) == b"some"
    with pytest.raises(TimeoutError, match="read ETIMEDOUT"):
        socket.recv(10)


def test_a_refusal_that_a_test_chooses() -> None:
    outgoing = Wire(capacity=2)
    socket = memory_socket(outgoing=outgoing)
    sending = gevent.spawn(socket.sendall, b"hello")
    settle()
    assert outgoing.receive() == b"he"
    outgoing.refuse(TimeoutError(110, "gone"))
    with pytest.raises(TimeoutError, match="write ETIMEDOUT"):
        sending.get()
    assert outgoing.is_ended


def test_the_test_is_the_other_end() -> None:
    incoming, outgoing = Wire(), Wire()
    socket = memory_socket(incoming, outgoing)
    reply = gevent.spawn(socket.recv_until, b"\n")
    incoming.send(b"hel")
    incoming.send(b"lo\n")
    assert reply.get(timeout=LIMIT) == b"hello\n"
    socket.write(b"bye")
    assert outgoing.receive() == b"bye"
    with pytest.raises(BlockingIOError):
        outgoing.receive()
    socket.end()
    settle()
    assert outgoing.receive() == b""
    incoming.end()
    assert socket.recv(1) == b""
    socket.destroy()


def test_a_delay_is_time_on_the_way() -> None:
    with fake_clock(autojump=True) as clock:
        near, far = memory_pair(Wire(delay=0.25), Wire(delay=1))
        near.sendall(b"ping")
        assert far.recv(4) == b"ping"
        assert clock.now == 0.25
        far.sendall(b"pong")
        far.end()
        assert near.recv_exactly(4) == b"pong"
        assert clock.now == 1.25
        assert near.recv(1) == b""
        near.destroy()
        far.wait("close")
        assert clock.now == 1.5


def test_a_wire_that_is_held_delivers_in_order_when_released() -> None:
    wire = Wire(chunks="sent")
    near, far = memory_pair(wire)
    wire.send(b"a")
    wire.hold()
    near.write(b"b")
    near.write(b"c")
    near.end()
    reader = gevent.spawn(lambda: list(far))
    settle()
    assert not reader.ready()
    wire.release()
    assert reader.get(timeout=LIMIT) == [b"a", b"b", b"c"]
    near.destroy()
    far.destroy()


def test_pipes_and_listeners_that_block() -> None:
    source, middle = memory_pair(Wire(capacity=50, chunks=7))
    onward, target = memory_pair(Wire(capacity=30, chunks=5))
    middle.pipe(onward)
    got: list[bytes] = []

    def slow(chunk: bytes) -> None:
        gevent.sleep(0)
        got.append(chunk)

    target.on("data", slow)
    data = bytes(range(256)) * 2
    source.end(data)
    target.wait("end", LIMIT)
    assert b"".join(got) == data
    for socket in (source, middle, onward, target):
        socket.destroy()


def test_an_idle_timeout_strikes_although_nothing_else_runs() -> None:
    near, far = memory_pair()
    near.set_timeout(0.01)
    near.wait("timeout", LIMIT)
    near.destroy()
    far.destroy()


def test_waiting_for_what_cannot_come_fails_at_once() -> None:
    near, far = memory_pair()
    with pytest.raises(LoopExit):
        near.recv(1)
    near.destroy()
    far.destroy()


def test_a_run_is_like_every_other() -> None:
    def run() -> list[str]:
        near, far = memory_pair(Wire(capacity=9, chunks=4), Wire(capacity=5), allow_half_open=True)
        trace = record(near, "data", "drain", "end", "finish", "close", name="near")
        trace.add(far, "data", "drain", "end", "finish", "close", name="far")
        far.on("data", far.write)
        far.on("end", far.end)
        near.write(b"one")
        near.write(b"two" * 9)
        near.end(b"three")
        near.wait("close", LIMIT)
        far.wait("close", LIMIT)
        return trace.lines()

    first = run()
    assert "far data b'onet'" in first
    assert all(run() == first for _ in range(5))


def test_a_thousand_pairs_take_about_a_second() -> None:
    began = time.perf_counter()
    for _ in range(1000):
        near, far = memory_pair()
        near.sendall(b"ping")
        assert far.recv(10) == b"ping"
        near.destroy()
        far.destroy()
    # A generous limit: it is a third of a second on an idle machine.
    assert time.perf_counter() - began < LIMIT


def test_a_program_of_its_own_uses_the_real_class() -> None:
    near, far = memory_pair()
    assert type(near) is net.Socket
    assert near.fileno() == -1
    assert near.ready_state == "open"
    assert near.remote_address is None
    near.destroy()
    far.destroy()
