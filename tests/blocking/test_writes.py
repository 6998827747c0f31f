"""What a call that sends says of its bytes: gone to the system, still to come once, or lost."""

from __future__ import annotations

import errno
import socket as system
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import gevent
import pytest
from support.peers import everything, pair, poll

import geventnet as net

LIMIT = 10
MUCH = b"x" * 1_000_000


# Bytes that were dropped are told.


def sendall(sock: net.Socket) -> None:
    sock.sendall(MUCH)


def sendall_again(sock: net.Socket) -> None:
    sock.sendall(b"first")
    sock.sendall(MUCH)


def sendall_of_a_view(sock: net.Socket) -> None:
    sock.sendall(memoryview(MUCH))


def sendall_corked(sock: net.Socket) -> None:
    sock.cork()
    sock.sendall(MUCH)


def write_and_close(sock: net.Socket) -> None:
    sock.write(MUCH)
    sock.close()


def write_and_shutdown(sock: net.Socket) -> None:
    sock.write(MUCH)
    sock.shutdown(system.SHUT_WR)


def leave_with(sock: net.Socket) -> None:
    with sock:
        sock.write(MUCH)


def write_to_file(sock: net.Socket) -> None:
    sock.makefile("wb").write(MUCH)


def flush_file(sock: net.Socket) -> None:
    file = sock.makefile("wb", buffering=2 * len(MUCH))
    file.write(MUCH)
    file.flush()


def write_to_raw_file(sock: net.Socket) -> None:
    sock.makefile("wb", buffering=0).write(MUCH)


CALLS = [
    sendall,
    sendall_again,
    sendall_of_a_view,
    sendall_corked,
    write_and_close,
    write_and_shutdown,
    leave_with,
    write_to_file,
    flush_file,
    write_to_raw_file,
]


@pytest.mark.parametrize("call", CALLS)
def test_a_call_whose_bytes_are_dropped_by_destroy_raises(
    call: Callable[[net.Socket], None],
) -> None:
    with pair() as (sock, _):
        sending = gevent.spawn(call, sock)
        poll()
        assert not sending.dead
        sock.destroy()
        with pytest.raises(OSError) as caught:
            sending.get(timeout=LIMIT)
        assert caught.value.errno == errno.EBADF


@pytest.mark.parametrize("call", CALLS)
def test_a_call_whose_bytes_are_dropped_by_an_error_raises_it(
    call: Callable[[net.Socket], None],
) -> None:
    with pair() as (sock, _):
        sending = gevent.spawn(call, sock)
        poll()
        boom = LookupError("boom")
        sock.destroy(boom)
        with pytest.raises(LookupError) as caught:
            sending.get(timeout=LIMIT)
        assert caught.value is boom


@pytest.mark.parametrize("call", CALLS)
def test_a_call_whose_bytes_are_dropped_by_a_reset_raises(
    call: Callable[[net.Socket], None],
) -> None:
    server = net.create_server(pause_on_connect=True).listen(0, "127.0.0.1")
    server.wait("listening", LIMIT)
    where = server.address()
    assert isinstance(where, net.AddressInfo)
    sock = net.connect(where.port, "127.0.0.1")
    peer = server.wait("connection", LIMIT)
    sock.wait("connect", LIMIT)
    sock.setsockopt(system.SOL_SOCKET, system.SO_SNDBUF, 1)
    peer.setsockopt(system.SOL_SOCKET, system.SO_RCVBUF, 1)
    sending = gevent.spawn(call, sock)
    poll()
    assert not sending.dead
    sock.reset_and_destroy()
    with pytest.raises(OSError) as caught:
        sending.get(timeout=LIMIT)
    assert caught.value.errno == errno.EBADF
    peer.destroy()
    server.close()


@pytest.mark.parametrize("call", [sendall, write_to_file, write_and_shutdown])
def test_a_call_raises_when_the_peer_has_gone(call: Callable[[net.Socket], None]) -> None:
    with pair() as (sock, far):
        sock.setblocking(True)  # The blocking face is in use before the failure.
        far.close()
        with pytest.raises(BrokenPipeError):
            call(sock)


def test_every_sender_in_line_is_told() -> None:
    with pair() as (sock, _):
        senders = [gevent.spawn(sock.sendall, MUCH) for _ in range(4)]
        poll()
        sock.destroy()
        for sender in senders:
            with pytest.raises(OSError) as caught:
                sender.get(timeout=LIMIT)
            assert caught.value.errno == errno.EBADF


def test_what_the_system_has_taken_before_destroy_is_no_failure() -> None:
    with pair() as (sock, far):
        sending = gevent.spawn(sock.sendall, MUCH)
        poll()
        reading = gevent.spawn(everything, far)
        sending.get(timeout=LIMIT)
        sock.destroy()
        assert reading.get(timeout=LIMIT) == MUCH


@pytest.mark.parametrize("call", [sendall, write_to_file, write_and_shutdown])
def test_a_call_in_a_write_callback_raises_when_the_peer_has_gone(
    call: Callable[[net.Socket], None],
) -> None:
    with pair() as (sock, far):
        raised: list[BaseException] = []

        def send_more() -> None:
            far.close()
            try:
                call(sock)
            except OSError as error:
                raised.append(error)

        sock.write(b"x", send_more)
        gevent.wait([sock], LIMIT)
        assert [str(error) for error in raised] == ["write EPIPE"]


# The error names what was to be done.


OPERATIONS: dict[str, Callable[[net.Socket], object]] = {
    "read": lambda sock: sock.recv(1),
    "write": lambda sock: sock.sendall(b"x"),
    "shutdown": lambda sock: sock.shutdown(system.SHUT_WR),
}


@pytest.mark.parametrize("operation", OPERATIONS)
def test_the_error_of_a_call_names_its_operation(operation: str) -> None:
    call = OPERATIONS[operation]
    with pair() as (sock, _):
        sock.destroy()
        with pytest.raises(OSError) as destroyed:
            call(sock)
    with pytest.raises(OSError) as unconnected:
        call(net.Socket())
    for caught, number in ((destroyed, "EBADF"), (unconnected, "ENOTCONN")):
        assert str(caught.value) == f"{operation} {number}"
        assert isinstance(caught.value, net.SystemCallError)
        assert caught.value.syscall == operation


def test_the_error_of_a_call_that_was_blocked_names_its_operation() -> None:
    with pair() as (sock, _):
        sock.write(MUCH)
        calls: dict[str, gevent.Greenlet[..., object]] = {
            "read": gevent.spawn(sock.recv, 1),
            "write": gevent.spawn(sock.sendall, b"x"),
            "shutdown": gevent.spawn(sock.shutdown, system.SHUT_WR),
            "close": gevent.spawn(sock.close),
        }
        poll()
        sock.destroy()
        for operation, call in calls.items():
            with pytest.raises(OSError, match=f"^{operation} EBADF$"):
                call.get(timeout=LIMIT)


def test_the_error_of_entering_with_names_the_connecting() -> None:
    sock = net.Socket()
    sock.destroy()
    with pytest.raises(OSError, match=r"^connect EBADF$"), sock:
        pass


# Files.


@contextmanager
def full(**options: Any) -> Iterator[tuple[net.Socket, system.socket]]:
    """A Socket whose system buffer is full, and whose high-water mark is passed."""
    with pair(high_water_mark=1000, **options) as (sock, far):
        sock.write(MUCH)
        yield sock, far


def cut_short(call: Callable[..., object], *args: object) -> None:
    with pytest.raises(gevent.Timeout), gevent.Timeout(0.001):
        call(*args)


@pytest.mark.parametrize("above", [False, True])
@pytest.mark.parametrize("call", ["flush", "write", "close"])
def test_a_file_that_is_cut_short_sends_its_buffer_once(call: str, above: bool) -> None:
    with pair(high_water_mark=1000) as (sock, far):
        before = MUCH if above else b""
        sock.write(before)
        file = sock.makefile("wb", buffering=len(MUCH) + 100)
        file.write(b"<" + MUCH)
        if call == "write":
            cut_short(file.write, b"|" * 200)
        else:
            cut_short(getattr(file, call))
        reading = gevent.spawn(everything, far)
        if call == "close":
            assert file.closed
            sock.close()
            assert reading.get(timeout=LIMIT) == before + (b"" if above else b"<" + MUCH)
            return
        file.write(b">")
        file.flush()
        file.close()
        sock.close()
        cut = b"|" * 200 if call == "write" else b""
        assert reading.get(timeout=LIMIT) == before + b"<" + MUCH + cut + b">"


def test_a_file_of_text_that_is_cut_short_sends_its_buffer_once() -> None:
    with full() as (sock, far):
        file = sock.makefile("w")
        file.write("one ")
        cut_short(file.flush)
        cut_short(file.write, "two " * 10_000)
        cut_short(file.flush)
        reading = gevent.spawn(everything, far)
        file.write("three")
        file.flush()
        sock.shutdown(system.SHUT_WR)
        assert reading.get(timeout=LIMIT) == MUCH + b"one " + b"two " * 10_000 + b"three"


def test_a_flush_after_one_that_was_cut_short_waits_for_its_bytes() -> None:
    with pair() as (sock, far):
        file = sock.makefile("wb")
        cut_short(file.write, MUCH)
        again = gevent.spawn(file.flush)
        poll()
        assert not again.dead
        reading = gevent.spawn(everything, far)
        again.get(timeout=LIMIT)
        assert not sock.writable_length
        sock.close()
        file.close()
        assert reading.get(timeout=LIMIT) == MUCH


def test_several_greenlets_may_write_to_one_file() -> None:
    with pair(high_water_mark=1000) as (sock, far):
        file = sock.makefile("wb", buffering=100)
        lines = [bytes([65 + n]) * 5000 + b"\n" for n in range(20)]
        writing = [gevent.spawn(file.write, line) for line in lines]
        reading = gevent.spawn(everything, far)
        assert [one.get(timeout=LIMIT) for one in writing] == [5001] * 20
        file.close()
        sock.close()
        assert reading.get(timeout=LIMIT) == b"".join(lines)


def test_a_file_keeps_the_rules_of_files() -> None:
    with pair() as (sock, far):
        file = sock.makefile("wb", buffering=10)
        assert file.write(memoryview(b"12345")) == 5
        with pytest.raises(BlockingIOError):
            far.recv(1)
        assert file.write(b"678901") == 6
        assert far.recv(100) == b"12345678901"
        with pytest.raises(TypeError):
            file.write("text")
        with pytest.raises(OSError, match="not readable"):
            file.read(1)
        file.write(b"rest")
        file.close()
        file.close()
        assert far.recv(100) == b"rest"
        for call in (file.flush, lambda: file.write(b"x")):
            with pytest.raises(ValueError, match="closed file"):
                call()
        reader = sock.makefile("rb")
        reader.flush()
        with pytest.raises(OSError, match="not writable"):
            reader.write(b"x")


def test_a_file_of_a_socket_that_has_gone_closes() -> None:
    with pair() as (sock, _):
        empty, full = sock.makefile("wb"), sock.makefile("wb")
        full.write(b"lost")
        sock.destroy()
        empty.flush()
        empty.close()
        with pytest.raises(OSError, match="EBADF"):
            full.flush()
        with pytest.raises(OSError, match="EBADF"):
            full.close()
        assert full.closed


# send() and the end.


def fill(sock: net.Socket) -> None:
    """Send until the system takes no more; nothing is queued then."""
    with pytest.raises(BlockingIOError):
        sock.settimeout(0)
        while True:
            sock.send(MUCH)
    sock.settimeout(None)


@contextmanager
def connected() -> Iterator[tuple[net.Socket, net.Socket]]:
    """Both ends of a TCP connection; the second one does not read."""
    server = net.create_server(pause_on_connect=True).listen(0, "127.0.0.1")
    server.wait("listening", LIMIT)
    where = server.address()
    assert isinstance(where, net.AddressInfo)
    sock = net.connect(where.port, "127.0.0.1")
    peer = server.wait("connection", LIMIT)
    sock.wait("connect", LIMIT)
    server.close()
    try:
        yield sock, peer
    finally:
        sock.destroy()
        peer.destroy()


@pytest.mark.parametrize("make", [pair, connected])
@pytest.mark.parametrize("queued", [False, True])
def test_send_raises_when_the_socket_is_ended_meanwhile(make: Any, queued: bool) -> None:
    with make() as (sock, _):
        fill(sock)
        if queued:
            sock.write(b"x")
        sending = [gevent.spawn(sock.send, b"x") for _ in range(2)]
        poll()
        sock.end()
        for one in sending:
            with pytest.raises(BrokenPipeError, match="write EPIPE"):
                one.get(timeout=LIMIT)


def test_send_in_a_data_listener_does_not_hold_up_the_others() -> None:
    with pair() as (sock, far):
        failed: list[str] = []

        def answer(chunk: bytes) -> None:
            if len(failed) > 0:
                return
            sock.write(MUCH)
            try:
                sock.send(b"x")
            except OSError as error:
                failed.append(str(error))

        sock.on("data", answer)
        far.send(b"one")
        while sock.writable_length == 0:
            poll()
        sock.end()
        far.send(b"two")
        far.shutdown(system.SHUT_WR)
        sock.wait("end", LIMIT)
        assert failed == ["write EPIPE"]


def test_send_on_a_corked_socket() -> None:
    with pair() as (sock, far):
        sock.cork()
        sock.write(b"one ")
        with gevent.Timeout(LIMIT):
            assert sock.send(b"two ") == 4
        sock.write(b"three")
        sock.uncork()
        assert far.recv(100) == b"one two three"


# Callbacks.


def test_every_callback_is_called_although_one_raises_during_destroy(
    reported: list[BaseException],
) -> None:
    for failing in range(6):
        with pair() as (sock, _):
            called: list[int] = []

            def callback(
                *_: object, n: int, failing: int = failing, called: list[int] = called
            ) -> None:
                called.append(n)
                if n == failing:
                    raise LookupError(n)

            for n in range(4):
                sock.write(MUCH, partial(callback, n=n))
            sock.end(partial(callback, n=4))
            sock.end(partial(callback, n=5))
            poll()
            sock.destroy()
            gevent.wait([sock], LIMIT)
            for _ in range(5):
                poll()
            assert called == [0, 1, 2, 3, 4, 5]
        assert [str(error) for error in reported] == [str(failing)]
        reported.clear()


def test_what_is_put_back_after_a_failed_write_is_received() -> None:
    with pair() as (sock, far):
        far.send(b"head body")
        head = sock.recv_until(b" ")
        far.close()
        sock.write(b"lost")
        assert sock.errored is not None
        assert sock.unshift(head) is False
        assert sock.recv(100) == b"head body"
        with pytest.raises(BrokenPipeError):
            sock.recv(1)


def test_what_is_put_back_after_an_error_was_told_is_received() -> None:
    with pair() as (sock, far):
        far.send(b"head body")
        head = sock.recv_until(b" ")
        far.close()
        with pytest.raises(BrokenPipeError):
            sock.sendall(b"lost")
        sock.unshift(head)
        assert sock.recv(100) == b"head body"
