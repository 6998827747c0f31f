"""Both faces on a Duplex that is no Socket."""

from __future__ import annotations

import socket as system
from typing import Any

import gevent
import pytest
from gevent.event import Event

import geventnet as net

LIMIT = 20


class End(net.Duplex):
    """One end of a pair in memory."""

    other: End
    held: Any = None

    def _read(self, size: int) -> None:
        held, self.held = self.held, None
        if held is not None:
            held(None)

    def _write(self, chunk: bytes, encoding: str, callback: Any) -> None:
        if self.other.push(chunk):
            callback(None)
        else:
            self.other.held = callback

    def _final(self, callback: Any) -> None:
        self.other.push(None)
        callback(None)


def pair() -> tuple[End, End]:
    one, other = End(), End()
    one.other, other.other = other, one
    return one, other


def test_straight_lines_over_a_duplex() -> None:
    one, other = pair()

    def serve() -> None:
        with net.Socket.over(other) as sock:
            for line in iter(lambda: sock.recv_until(b"\n"), b"bye\n"):
                sock.sendall(line.upper())
            assert sock.recv(1) == b""

    served = gevent.spawn(serve)
    with net.Socket.over(one) as sock:
        sock.sendall(b"hello\n")
        assert sock.recv_exactly(6) == b"HELLO\n"
        sock.sendall(b"bye\n")
    served.get(timeout=LIMIT)
    one.wait("close", LIMIT)
    other.wait("close", LIMIT)


def test_much_more_than_the_marks() -> None:
    one, other = pair()
    data = bytes(range(256)) * 4096
    sending = gevent.spawn(lambda: net.Socket.over(one).__enter__().sendall(data))
    sock = net.Socket.over(other)
    assert sock.recv_exactly(len(data)) == data
    sending.get(timeout=LIMIT)
    sock.destroy()
    one.destroy()


def test_the_sender_waits_for_the_receiver() -> None:
    one, other = pair()
    sending = gevent.spawn(net.Socket.over(one).sendall, bytes(1 << 20))
    for _ in range(5):
        gevent.idle()
    assert not sending.ready()
    assert other.readable_length <= 1 << 20
    sending.kill()
    one.destroy()
    other.destroy()


def test_events_over_a_duplex() -> None:
    one, other = pair()
    sock = net.Socket.over(one)
    seen: list[object] = []
    sock.on("data", seen.append).on("end", lambda: seen.append("end"))
    other.write(b"hello")
    other.end()
    sock.wait("end", LIMIT)
    assert seen == [b"hello", "end"]
    sock.wait("close", LIMIT)


def test_a_transform_in_a_straight_line() -> None:
    with net.Socket.over(net.PassThrough()) as sock:
        sock.sendall(b"x" * 10)
        assert sock.recv_exactly(10) == b"x" * 10


def test_connect_closes_the_duplex() -> None:
    one, other = pair()
    other.resume()
    sock = net.Socket.over(one)
    with net.create_server(handler=lambda peer: peer.sendall(b"hi")).listen(
        0, "127.0.0.1"
    ) as server:
        sock.connect(server.address().port, "127.0.0.1")  # type: ignore[union-attr]
        assert sock.recv(2) == b"hi"
        assert one.destroyed
        sock.destroy()
    other.destroy()


def test_a_drain_listener_may_block_until_more_is_sent() -> None:
    one, other = pair()
    got: list[int] = []
    other.on("data", lambda data: got.append(len(data)))
    sock = net.Socket.over(one)
    sent = Event()

    def send_more() -> None:
        sock.sendall(bytes(50_000))
        sent.set()

    sock.once("drain", send_more)
    sock.write(bytes(100_000))
    assert sent.wait(LIMIT)
    sock.destroy()
    assert sum(got) == 150_000


def test_shutting_the_reading_side_emits_nothing_inside_the_call() -> None:
    one, other = pair()
    sock = net.Socket.over(one)
    seen: list[str] = []
    sock.on("readable", lambda: seen.append("readable"))
    sock.once("end", lambda: seen.append("end"))
    gevent.idle()
    sock.shutdown(system.SHUT_RD)
    assert seen == []
    sock.wait("end", LIMIT)
    assert seen == ["readable", "end"]
    other.resume()
    sock.destroy()


def test_failures_are_those_of_the_duplex() -> None:
    one, _ = pair()
    sock = net.Socket.over(one)
    waiting = gevent.spawn(sock.recv, 1)
    gevent.idle()
    one.destroy(LookupError("mine"))
    with pytest.raises(LookupError, match="mine"):
        waiting.get(timeout=LIMIT)
    assert sock.destroyed


def test_a_duplex_that_closes_too_early() -> None:
    one, _ = pair()
    sock = net.Socket.over(one)
    one.destroy()
    with pytest.raises(net.NetError) as caught:
        sock.recv(1)
    assert caught.value.code == "ERR_STREAM_PREMATURE_CLOSE"


def test_a_limit() -> None:
    one, _ = pair()
    sock = net.Socket.over(one)
    sock.settimeout(0.01)
    with pytest.raises(TimeoutError):
        sock.recv(1)
    sock.destroy()
    one.wait("close", LIMIT)


def test_objects_and_text_are_refused() -> None:
    for stream in (net.PassThrough(object_mode=True), net.PassThrough(encoding="utf8")):
        with pytest.raises(net.NetValueError, match="bytes"):
            net.Socket.over(stream)
