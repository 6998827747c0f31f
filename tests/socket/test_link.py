"""The link of a Socket: what it does with its transport, in which state; against a scripted one."""

from __future__ import annotations

import os
import socket as system
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import gevent.socket
import pytest
from support.legal import legal, reaches
from support.scripted import END, in_greenlet, scripted, told, turn, turn_until

import geventnet as net
from geventnet.socket.states import LINK, LinkState

pytestmark = pytest.mark.usefixtures("reported")

LOCAL = "127.0.0.1"
LIMIT = 5.0


@contextmanager
def listener() -> Iterator[Any]:
    """A listening socket of gevent's."""
    with gevent.socket.socket() as sock:
        sock.settimeout(LIMIT)
        sock.bind((LOCAL, 0))
        sock.listen()
        yield sock


def test_nothing_follows_a_link_that_is_closed() -> None:
    assert not LINK[LinkState.CLOSED]
    assert all(reaches(LINK, state, LinkState.CLOSED) for state in LinkState)
    assert all(LinkState.NEW not in following for following in LINK.values())


def test_a_transport_is_open_at_once() -> None:
    socket, wire = scripted()
    seen = told(socket, "connect", "ready", "close")
    assert socket.ready_state == "open"
    assert not socket.pending and not socket.connecting
    assert socket.fileno() == -1 and socket.address() is None and socket.remote_port is None
    socket.destroy()
    assert turn_until(socket.ready)
    assert wire.is_closed and not wire.is_aborted
    assert seen == [("close", False)]
    legal(socket)


def test_both_ends_close_it() -> None:
    socket, wire = scripted()
    seen = told(socket, "end", "finish", "close")
    socket.resume()
    wire.arrives(END)
    assert turn_until(socket.ready)
    assert seen == ["end", "finish", ("close", False)]
    assert wire.is_shut_writing and wire.is_closed


def test_half_open_it_stays_writable() -> None:
    socket, wire = scripted(allow_half_open=True)
    socket.resume()
    wire.arrives(END)
    turn()
    assert socket.ready_state == "writeOnly"
    socket.end(b"bye")
    assert turn_until(socket.ready)
    assert (wire.sent, wire.is_shut_writing) == (b"bye", True)


def test_destroy_soon_waits_until_everything_is_sent() -> None:
    socket, wire = scripted(room=0)
    socket.write(b"hello")
    socket.destroy_soon()
    turn()
    assert not socket.destroyed
    wire.makes_room()
    assert turn_until(socket.ready)
    assert wire.sent == b"hello"


def test_reset_and_destroy_aborts() -> None:
    socket, wire = scripted()
    socket.reset_and_destroy()
    assert turn_until(socket.ready)
    assert wire.is_aborted and wire.is_closed


def test_there_is_no_descriptor_to_detach() -> None:
    socket, wire = scripted()
    with pytest.raises(net.NetError, match="closed"):
        socket.detach()
    assert not wire.is_released
    socket.destroy()
    assert turn_until(socket.ready)


def test_options_reach_the_transport() -> None:
    socket, wire = scripted()
    socket.set_no_delay().set_keep_alive(True, 7, count=3).set_type_of_service(16).unref()
    assert (wire.no_delay, wire.keep_alive) == (True, (True, 7, 1, 3))
    assert (wire.type_of_service(), socket.get_type_of_service(), wire.ref) == (16, 16, False)
    socket.ref().set_keep_alive(False)
    assert wire.ref and wire.keep_alive is not None and not wire.keep_alive[0]
    socket.destroy()
    assert turn_until(socket.ready)


def test_the_idle_clock_is_told_of_traffic() -> None:
    socket, wire = scripted()
    seen = told(socket, "timeout")
    socket.set_timeout(60)
    assert wire.reader.idle is wire.writer.idle is not None
    legal(socket)
    socket.set_timeout(0.001)
    socket.wait("timeout", LIMIT)
    assert seen == ["timeout"]
    socket.destroy()
    assert wire.reader.idle is None or wire.is_closed
    assert turn_until(socket.ready)


# One life and the next.


def test_connect_leaves_an_open_transport() -> None:
    socket, wire = scripted()
    seen = told(socket, "data", "connect", "close")
    with listener() as sock:
        socket.connect(sock.getsockname()[1], LOCAL)
        # It has no descriptor that could be connected again.
        assert wire.is_closed and socket.connecting
        legal(socket)
        wire.arrives(b"late")
        peer, _ = sock.accept()
        assert turn_until(lambda: "connect" in seen)
        socket.write(b"hello")
        assert peer.recv(9) == b"hello"
        peer.sendall(b"hi")
        peer.close()
    assert turn_until(socket.ready)
    assert (wire.sent, seen) == (b"", ["connect", ("data", b"hi"), ("close", False)])


def test_a_write_that_connect_leaves_behind_has_failed() -> None:
    socket, wire = scripted(room=0)
    seen = told(socket, "connect", "error", "close")
    errors: list[Any] = []
    socket.write(b"lost", errors.append)
    with listener() as sock:
        socket.connect(sock.getsockname()[1], LOCAL)
        legal(socket)
        assert turn_until(socket.ready)
    wire.makes_room()
    turn()
    assert (wire.sent, seen) == (b"", [("error", errors[0]), ("close", True)])
    assert errors[0].code == "ECANCELED"


def test_the_next_life_has_nothing_of_the_last() -> None:
    socket, wire = scripted(room=0)
    seen = told(socket, "connect", "close", "drain", "finish", "end")
    socket.write(b"lost")
    socket.end()
    wire.arrives(b"never read", END)
    turn()
    with listener() as sock:
        socket.destroy()
        socket.connect(sock.getsockname()[1], LOCAL)
        assert (socket.readable_length, socket.writable_length, socket.bytes_read) == (0, 0, 0)
        assert socket.writable and socket.readable and not socket.destroyed
        legal(socket)
        assert turn_until(lambda: "connect" in seen)
        socket.destroy()
        assert turn_until(socket.ready)
    assert seen == [("close", False), "connect", ("close", False)]


def test_who_blocked_in_the_last_life_is_told() -> None:
    socket, _ = scripted()
    receiving = in_greenlet(socket.recv, 1)
    with listener() as sock:
        socket.destroy()
        socket.connect(sock.getsockname()[1], LOCAL)
        assert "EBADF" in str(receiving.get(timeout=LIMIT))
        peer, _ = sock.accept()
        peer.sendall(b"hello")
        assert socket.recv(9) == b"hello"
        peer.close()
    socket.destroy()
    assert turn_until(socket.ready)


def test_an_end_of_one_life_does_not_finish_the_next() -> None:
    """The first address refuses, and the second one is connected to with another descriptor."""
    socket = net.Socket()
    seen = told(socket, "connect", "finish")
    with listener() as sock:
        port = sock.getsockname()[1]
        socket.connect(
            port=port,
            host="two.example",
            lookup=lambda *_: [("127.0.0.2", 4), (LOCAL, 4)],
            auto_select_family=True,
        )
        socket.end()
        peer, _ = sock.accept()
        assert turn_until(lambda: "connect" in seen)
        turn()
        legal(socket)
        assert peer.recv(1) == b""
        peer.close()
    socket.destroy()
    assert turn_until(socket.ready)


def test_a_fork_closes_the_childs_copy() -> None:
    socket, wire = scripted()
    child = os.fork()
    if not child:
        legal(socket)
        os._exit(0 if wire.is_released and socket.destroyed else 1)
    assert os.waitpid(child, 0)[1] == 0
    assert not wire.is_closed and not socket.destroyed
    socket.destroy()
    assert turn_until(socket.ready)


# Two of them.


def test_a_pipe_goes_no_faster_than_its_destination() -> None:
    source, wire = scripted()
    destination, sink = scripted(room=0, high_water_mark=4)
    source.pipe(destination)
    turn()
    wire.arrives(b"abcd", b"efgh", END)
    turn(5)
    assert source.is_paused() and not source.readable_ended
    legal(source)
    legal(destination)
    sink.makes_room()
    assert turn_until(lambda: sink.is_shut_writing)
    assert sink.sent == b"abcdefgh"
    assert turn_until(source.ready)
    destination.destroy()
    assert turn_until(destination.ready)


def test_a_pipe_from_memory_into_a_descriptor() -> None:
    ours, theirs = system.socketpair()
    source, wire = scripted()
    destination = net.Socket.adopt(ours)
    source.pipe(destination)
    wire.arrives(bytes(300_000), END)
    with gevent.socket.socket(fileno=theirs.detach()) as peer:
        size = 0
        while chunk := peer.recv(65536):
            size += len(chunk)
        assert size == 300_000
    assert turn_until(destination.ready) and turn_until(source.ready)
