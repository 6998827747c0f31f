"""The transport of examples/, which is written from the words of the protocol alone."""

from __future__ import annotations

import runpy
from collections.abc import Callable
from pathlib import Path

import gevent
import pytest
from gevent.event import Event

import geventnet as net
from geventnet.testing import STREAM_CHECKS, check_stream

LIMIT = 20
_example = runpy.run_path(str(Path(__file__).parents[2] / "examples" / "transports" / "queues.py"))
CAPACITY: int = _example["CAPACITY"]
pair: Callable[[], tuple[net.Socket, net.Socket]] = _example["pair"]


@pytest.mark.parametrize("check", STREAM_CHECKS)
def test_it_is_a_stream(check: str) -> None:
    check_stream(pair, only=check)


def test_events_are_those_of_any_socket() -> None:
    near, far = pair()
    seen: list[object] = []
    for event in ("data", "drain", "end", "finish"):
        near.on(event, lambda *args, event=event: seen.append((event, *map(len, args))))
    near.once("close", lambda had_error: seen.append(("close", had_error)))
    near.write(bytes(2 * CAPACITY), lambda error: seen.append(("written", error)))
    assert far.recv_exactly(2 * CAPACITY) == bytes(2 * CAPACITY)
    far.sendall(b"answer")
    near.wait("drain", LIMIT)
    far.close()
    near.wait("close", LIMIT)
    assert seen == [
        ("drain",),
        ("written", None),
        ("data", 6),
        ("end",),
        ("finish",),
        ("close", False),
    ]


def test_a_write_to_a_closed_end_fails() -> None:
    near, far = pair()
    far.destroy()
    far.wait("close", LIMIT)
    with pytest.raises(BrokenPipeError, match="write EPIPE"):
        near.sendall(b"lost")


def test_a_data_listener_that_blocks_holds_the_sender_back() -> None:
    near, far = pair()
    goes_on = Event()
    far.once("data", lambda data: goes_on.wait(LIMIT))
    sending = gevent.spawn(near.sendall, bytes(10 * CAPACITY))
    while not far.bytes_read:
        gevent.idle()
    assert far.bytes_read <= CAPACITY and not sending.ready()
    goes_on.set()
    far.resume()
    sending.get(timeout=LIMIT)
    near.destroy()


def test_a_drain_listener_may_block_until_more_is_sent() -> None:
    near, far = pair()
    far.resume()
    sent = Event()

    @near.once("drain")
    def send_more() -> None:
        near.sendall(bytes(5 * CAPACITY))
        sent.set()

    near.write(bytes(5 * CAPACITY))
    assert sent.wait(LIMIT)
    near.destroy()


def test_connect_closes_it() -> None:
    near, far = pair()
    with net.create_server(handler=lambda peer: peer.sendall(b"hi")).listen(
        0, "127.0.0.1"
    ) as server:
        near.connect(server.address().port, "127.0.0.1")  # type: ignore[union-attr]
        assert near.recv(2) == b"hi"
        assert far.recv(1) == b""
        near.destroy()
    far.destroy()
