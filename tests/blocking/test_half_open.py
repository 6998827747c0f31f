"""Who ends the writable side when the peer has ended its own: whoever uses the blocking face."""

from __future__ import annotations

import socket as system
from collections.abc import Callable

import gevent
import pytest
from support.peers import everything, pair

import geventnet as net

LIMIT = 10


def turns() -> None:
    """Let everything happen that the library has deferred."""
    for _ in range(5):
        gevent.idle()


def enter(sock: net.Socket) -> None:
    sock.__enter__()


def send(sock: net.Socket) -> None:
    sock.send(b"")


def sendall(sock: net.Socket) -> None:
    sock.sendall(b"")


def receive(sock: net.Socket) -> None:
    sock.recv(0)


def makefile(sock: net.Socket) -> None:
    sock.makefile("rb")


@pytest.mark.parametrize("use", [enter, send, sendall, receive, makefile])
@pytest.mark.parametrize("discards", [False, True])
def test_the_end_leaves_the_writable_side_to_whom_blocks(
    use: Callable[[net.Socket], None], discards: bool
) -> None:
    with pair() as (sock, far):
        use(sock)
        if discards:
            sock.resume()
        far.shutdown(system.SHUT_WR)
        sock.wait("end", LIMIT)
        turns()
        assert sock.writable
        assert sock.write(b"one ")
        turns()
        sock.sendall(b"two ")
        assert sock.recv(1) == b""
        turns()
        sock.sendall(b"three")
        sock.close()
        assert everything(far) == b"one two three"


def test_whoever_waits_for_the_end_may_then_send() -> None:
    with pair() as (sock, far):
        far.shutdown(system.SHUT_WR)
        sock.wait("end", LIMIT)
        for part in (b"one ", b"two ", b"three"):
            sock.sendall(part)
            turns()
        sock.close()
        assert everything(far) == b"one two three"


def test_an_owner_that_receives_by_iteration_may_answer() -> None:
    with pair() as (sock, far):
        far.send(b"question")
        far.shutdown(system.SHUT_WR)
        turns()
        with sock:
            assert b"".join(sock) == b"question"
            turns()
            sock.sendall(b"long ")
            turns()
            sock.write(b"answer")
        assert everything(far) == b"long answer"
        assert sock.destroyed


def test_the_owner_ends_both_sides() -> None:
    with pair() as (sock, far):
        far.shutdown(system.SHUT_WR)
        assert sock.recv(1) == b""
        sock.end(b"bye")
        assert sock.wait("close", LIMIT) is False
        assert everything(far) == b"bye"


def test_listeners_that_take_the_data_leave_the_end_to_the_socket() -> None:
    def echo(sock: net.Socket) -> None:
        sock.on("data", sock.sendall)

    with pair() as (sock, far):
        echo(sock)
        far.send(b"echo")
        far.shutdown(system.SHUT_WR)
        assert everything(far) == b"echo"
        gevent.wait([sock], LIMIT)
        assert sock.destroyed


def test_without_a_blocking_call_the_socket_ends_itself() -> None:
    with pair() as (sock, far):
        far.shutdown(system.SHUT_WR)
        assert sock.wait("close", LIMIT) is False
        assert everything(far) == b""


def test_a_socket_that_flows_into_nothing_ends_without_listeners() -> None:
    with pair() as (sock, far):
        sock.resume()
        turns()
        sock.remove_all_listeners()
        turns()
        far.send(b"unheard")
        far.shutdown(system.SHUT_WR)
        assert sock.wait("close", LIMIT) is False


def test_receiving_at_once_after_the_listeners_were_removed() -> None:
    with pair() as (sock, far):
        heard: list[bytes] = []
        sock.on("data", heard.append)
        turns()
        sock.remove_all_listeners()
        far.send(b"for recv")
        with gevent.Timeout(LIMIT):
            assert sock.recv(100) == b"for recv"
            turns()
            far.send(b"this as well")
            turns()
            assert sock.recv(100) == b"this as well"
        assert heard == []
