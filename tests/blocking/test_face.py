"""The blocking face: what the calls give, what they raise, and that they may be cut anywhere."""

from __future__ import annotations

import errno
import io
import os
import socket as system
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import gevent
import greenlet
import pytest
from support import peers
from support.peers import pair, poll

import geventnet as net

LIMIT = 10


@contextmanager
def sockets() -> Iterator[tuple[net.Socket, net.Socket]]:
    near, far = system.socketpair()
    one, two = net.Socket(fd=near.detach()), net.Socket(fd=far.detach())
    try:
        yield one, two
    finally:
        one.destroy()
        two.destroy()


@contextmanager
def connected(**options: Any) -> Iterator[tuple[net.Socket, net.Socket]]:
    """Both ends of a TCP connection: the client's and the server's."""
    server = net.create_server(**options).listen(0, "127.0.0.1")
    ends: list[net.Socket] = []
    server.once("connection", ends.append)
    server.wait("listening", LIMIT)
    client = net.connect(port_of(server), "127.0.0.1")
    try:
        client.wait("connect", LIMIT)
        if not ends:
            server.wait("connection", LIMIT)
        yield client, ends[0]
    finally:
        client.destroy()
        for end in ends:
            end.destroy()
        server.close()


def port_of(server: net.Server) -> int:
    where = server.address()
    assert isinstance(where, net.AddressInfo)
    return where.port


def everything(far: system.socket, sock: net.Socket) -> bytes:
    """What `sock` has sent, up to its end."""
    sock.shutdown(system.SHUT_WR)
    return peers.everything(far)


# What the calls give.


def test_recv() -> None:
    with pair() as (sock, far):
        far.send(b"hello world")
        assert sock.recv(5) == b"hello"
        assert sock.recv(100) == b" world"
        far.close()
        assert [sock.recv(5), sock.recv(5)] == [b"", b""]
        assert sock.recv(0) == b""


def test_recv_of_what_the_transport_has_read() -> None:
    with pair() as (sock, far):
        far.send(b"hello world")
        sock.on("readable", lambda: None)
        while not sock.readable_length:
            poll()
        sock.remove_all_listeners("readable")
        assert sock.recv(5) == b"hello"
        assert sock.recv_exactly(6) == b" world"


def test_recv_peeks() -> None:
    with pair() as (sock, far):
        far.send(b"abc")
        assert sock.recv(2, system.MSG_PEEK) == b"ab"
        assert sock.recv(10, system.MSG_PEEK) == b"abc"
        assert sock.recv(10) == b"abc"
        with pytest.raises(ValueError, match="MSG_PEEK"):
            sock.recv(1, system.MSG_OOB)


def test_recv_into() -> None:
    with pair() as (sock, far):
        buffer = bytearray(8)
        far.send(b"abcdef")
        assert sock.recv_into(buffer, 4) == 4
        assert sock.recv_into(memoryview(buffer)[4:]) == 2
        assert buffer == b"abcdef\0\0"
        assert sock.recv_into(bytearray()) == 0
        with pytest.raises(ValueError):
            sock.recv_into(buffer, 9)
        far.close()
        assert sock.recv_into(buffer) == 0


def test_recv_exactly() -> None:
    with pair() as (sock, far):
        reading = gevent.spawn(sock.recv_exactly, 5)
        for byte in (b"a", b"bc", b"defg"):
            far.send(byte)
            poll()
        assert reading.get(timeout=LIMIT) == b"abcde"
        assert sock.recv_exactly(0) == b""
        far.close()
        with pytest.raises(EOFError) as caught:
            sock.recv_exactly(5)
        assert caught.value.partial == b"fg"  # type: ignore[attr-defined]
        assert sock.recv(5) == b""


@pytest.mark.parametrize("separator", [b"\n", b"\r\n", b"abcab"])
def test_recv_until_finds_a_separator_that_comes_byte_by_byte(separator: bytes) -> None:
    with pair() as (sock, far):
        lines = [b"", b"one", b"two ab\r", b"abca" * 3]
        reading = gevent.spawn(lambda: [sock.recv_until(separator) for _ in lines])
        for byte in separator.join([*lines, b""]):
            far.send(bytes([byte]))
            poll()
        assert reading.get(timeout=LIMIT) == [line + separator for line in lines]


def test_recv_until_passes_its_limit() -> None:
    with pair() as (sock, far):
        far.send(b"0123456789\nrest")
        for limit in (3, 10):
            with pytest.raises(net.NetError) as caught:
                sock.recv_until(b"\n", limit)
            assert caught.value.code == "ERR_OUT_OF_RANGE"
        assert sock.recv_until(b"\n", 11) == b"0123456789\n"
        far.close()
        with pytest.raises(EOFError) as short:
            sock.recv_until(b"\n")
        assert short.value.partial == b"rest"  # type: ignore[attr-defined]
        with pytest.raises(ValueError):
            sock.recv_until(b"")


def test_iteration() -> None:
    with pair() as (sock, far):
        far.send(b"x" * 100000)
        far.close()
        assert b"".join(sock) == b"x" * 100000
        assert list(sock) == []


def test_sendall_takes_bytes_like_objects() -> None:
    with pair() as (sock, far):
        for data in (b"a", bytearray(b"b"), memoryview(b"c"), b""):
            sock.sendall(data)
        with pytest.raises(TypeError):
            sock.sendall("d")
        assert sock.send(b"e") == 1
        assert everything(far, sock) == b"abce"


def test_sendall_and_write_keep_their_order() -> None:
    with sockets() as (sock, far):
        sock.write("one ")
        sock.sendall(b"two ")
        sock.cork()
        sock.write(b"three ")
        sock.sendall(b"four")
        assert far.recv_exactly(18) == b"one two three four"
        sock.uncork()


def test_concurrent_sendalls_are_whole_and_in_order() -> None:
    with sockets() as (sock, far):
        messages = [bytes([65 + i]) * 100000 for i in range(8)]
        sending = [gevent.spawn(sock.sendall, message) for message in messages]
        assert far.recv_exactly(800000) == b"".join(messages)
        gevent.joinall(sending, raise_error=True, timeout=LIMIT)


def test_sendall_waits_above_the_mark_and_has_then_sent_nothing() -> None:
    with pair() as (sock, far):
        sock.write(b"a" * 1000000)
        before = sock.writable_length
        with pytest.raises(gevent.Timeout), gevent.Timeout(0.01):
            sock.sendall(b"b")
        assert sock.writable_length == before
        got: list[bytes] = []
        reading = gevent.spawn(drain, far, got, 100000)
        sock.close()
        reading.get(timeout=LIMIT)
        assert b"".join(got) == b"a" * 1000000


def test_a_drain_listener_may_send_all() -> None:
    with sockets() as (sock, far):
        sent = []

        def more() -> None:
            sock.sendall(b"b" * 500000)
            sent.append(True)

        sock.once("drain", more)
        assert not sock.write(b"a" * 500000)
        assert far.recv_exactly(1000000) == b"a" * 500000 + b"b" * 500000
        while not sent:
            poll()


def test_a_write_callback_may_send_all_and_close() -> None:
    with sockets() as (sock, far):

        def more(error: BaseException | None) -> None:
            sock.sendall(b"b" * 500000)
            sock.close()

        sock.write(b"a" * 500000, callback=more)
        assert b"".join(far) == b"a" * 500000 + b"b" * 500000
        sock.wait("close", LIMIT)


class TestSendfile:
    @pytest.fixture
    def file(self) -> Iterator[Any]:
        with tempfile.TemporaryFile() as file:
            file.write(bytes(range(256)) * 8192)
            file.seek(0)
            yield file

    def test_all_of_it(self, file: Any) -> None:
        with sockets() as (sock, far):
            sending = gevent.spawn(sock.sendfile, file)
            assert far.recv_exactly(2097152) == bytes(range(256)) * 8192
            assert sending.get(timeout=LIMIT) == 2097152
            assert file.tell() == 2097152
            assert sock.bytes_written == 2097152

    def test_a_part_of_it(self, file: Any) -> None:
        with sockets() as (sock, far):
            assert sock.sendfile(file, 10, 20) == 20
            assert far.recv_exactly(20) == bytes(range(10, 30))
            assert file.tell() == 30

    def test_what_is_no_file_of_the_systems(self) -> None:
        with sockets() as (sock, far):
            file = io.BytesIO(b"0123456789")
            assert sock.sendfile(file, 2, 5) == 5
            assert file.tell() == 7
            assert far.recv_exactly(5) == b"23456"

    def test_what_is_written_meanwhile_comes_after_it(self, file: Any) -> None:
        with sockets() as (sock, far):
            sending = gevent.spawn(sock.sendfile, file)
            poll()
            sock.write(b"after")
            later = gevent.spawn(sock.sendall, b" all")
            got = far.recv_exactly(2097152 + 9)
            assert got[-9:] == b"after all"
            assert got[:-9] == bytes(range(256)) * 8192
            sending.get(timeout=LIMIT)
            later.get(timeout=LIMIT)

    def test_text_is_refused(self) -> None:
        with pair() as (sock, _), open(os.devnull) as file, pytest.raises(ValueError):
            sock.sendfile(file)  # type: ignore[arg-type]


# Files.


def test_a_file_reads_lines() -> None:
    with pair() as (sock, far):
        file = sock.makefile("rb")
        far.send(b"one\ntwo\nthree")
        assert file.readline() == b"one\n"
        assert file.peek()[:3] == b"two"
        assert file.readline(2) == b"tw"
        assert file.read(4) == b"o\nth"
        far.close()
        assert file.read() == b"ree"
        assert file.read(5) == file.readline() == file.peek() == b""
        assert list(file) == []
        file.close()
        with pytest.raises(ValueError):
            file.read()


def test_a_file_of_text() -> None:
    with (
        sockets() as (sock, far),
        sock.makefile("rw", encoding="utf-16-le", newline="\r\n") as file,
    ):
        file.write("één\n")
        file.flush()
        assert far.recv_exactly(10) == "één\r\n".encode("utf-16-le")
        far.sendall("zwei\r\n".encode("utf-16-le"))
        assert file.readline() == "zwei\r\n"
        assert file.mode == "rw"


def test_files_buffer_what_they_write() -> None:
    with pair() as (sock, far):
        file = sock.makefile("wb")
        file.write(b"abc")
        with pytest.raises(BlockingIOError):
            far.recv(10)
        file.writelines([b"d", b"e"])
        file.flush()
        assert far.recv(10) == b"abcde"
        with pytest.raises(io.UnsupportedOperation):
            file.read()
        file.close()
        raw = sock.makefile("rwb", buffering=0)
        raw.write(b"x")
        assert far.recv(10) == b"x"
        raw.close()


@pytest.mark.parametrize("mode", ["a", "r+", "rr", "x"])
def test_modes_that_are_refused(mode: str) -> None:
    with pair() as (sock, _), pytest.raises(ValueError):
        sock.makefile(mode)  # type: ignore[call-overload]


def test_unbuffered_text_is_refused() -> None:
    with pair() as (sock, _), pytest.raises(ValueError):
        sock.makefile("r", 0)


def test_the_last_file_closes_a_socket_that_was_closed() -> None:
    with pair() as (sock, far):
        one, two = sock.makefile("rb"), sock.makefile("rb")
        sock.close()
        far.send(b"still\n")
        assert one.readline() == b"still\n"
        one.close()
        assert not sock.destroyed
        two.close()
        sock.wait("close", LIMIT)


def test_a_file_reads_after_set_encoding_is_refused_and_recv_names_it() -> None:
    with pair() as (sock, far):
        sock.set_encoding("utf8")
        far.send(b"x")
        with pytest.raises(net.NetError, match=r"makefile\('r'\)"):
            sock.recv(1)


# Exclusive reading.


def test_a_second_reader_is_refused() -> None:
    with pair() as (sock, far):
        first = gevent.spawn(sock.recv, 10)
        poll()
        calls: list[Callable[[], bytes]] = [
            lambda: sock.recv(1),
            lambda: sock.recv_until(b"x"),
            lambda: next(iter(sock)),
        ]
        for call in calls:
            with pytest.raises(RuntimeError) as caught:
                call()
            assert isinstance(caught.value, net.NetError)
        far.send(b"first")
        assert first.get(timeout=LIMIT) == b"first"
        far.send(b"second")
        assert sock.recv(10) == b"second"


def test_a_socket_with_a_data_listener_is_being_consumed() -> None:
    with pair() as (sock, far):
        chunks: list[bytes] = []
        sock.on("data", chunks.append)
        with pytest.raises(RuntimeError, match="'data'"):
            sock.recv(1)
        sock.off("data", chunks.append)
        far.send(b"x")
        assert sock.recv(1) == b"x"
        assert chunks == []


def test_a_data_listener_takes_over_from_a_blocked_reader() -> None:
    with pair() as (sock, _far):
        reading = gevent.spawn(sock.recv, 1)
        poll()
        sock.on("data", lambda chunk: None)
        with pytest.raises(RuntimeError, match="'data'"):
            reading.get(timeout=LIMIT)


def test_a_pipe_is_consumed() -> None:
    with pair() as (sock, _far), pair() as (other, _):
        sock.pipe(other)
        with pytest.raises(RuntimeError, match="pipe"):
            sock.recv(1)
        sock.unpipe(other)


def test_the_faces_can_be_mixed_in_time() -> None:
    with pair() as (sock, far):
        far.send(b"head\nbo")
        assert sock.recv_until(b"\n") == b"head\n"
        chunks: list[bytes] = []
        sock.on("data", chunks.append)
        while b"".join(chunks) != b"bo":
            poll()
        sock.off("data", chunks.append)
        sock.unshift(b"un")
        far.send(b"dy")
        assert sock.recv_exactly(4) == b"undy"


def test_what_is_unshifted_wakes_the_reader() -> None:
    with pair() as (sock, _):
        reading = gevent.spawn(sock.recv, 10)
        poll()
        sock.unshift(b"mine")
        assert reading.get(timeout=LIMIT) == b"mine"


def test_nothing_is_read_beyond_the_mark_while_nobody_waits() -> None:
    with pair(high_water_mark=1000) as (sock, far):
        assert far.send(b"x" * 100000) == 100000
        assert sock.recv(1) == b"x"
        sock.wait("drain", LIMIT)
        for _ in range(20):
            poll()
        assert sock.readable_length <= 65536
        assert len(sock.recv_exactly(99999)) == 99999


# Errors.


def test_destroyed_by_this_side() -> None:
    with pair() as (sock, _):
        sock.destroy()
        for call in (
            lambda: sock.recv(1),
            lambda: sock.sendall(b"x"),
            lambda: sock.send(b"x"),
            lambda: sock.shutdown(system.SHUT_WR),
            lambda: sock.recv_exactly(1),
            lambda: sock.getsockname(),
            lambda: sock.sendfile(io.BytesIO(b"x")),
        ):
            with pytest.raises(OSError) as caught:
                call()
            assert caught.value.errno == errno.EBADF
        sock.close()


def test_not_connected() -> None:
    sock = net.Socket()
    for call in (lambda: sock.recv(1), lambda: sock.sendall(b"x")):
        with pytest.raises(OSError) as caught:
            call()
        assert caught.value.errno == errno.ENOTCONN
    sock.close()
    assert sock.destroyed


def test_an_error_is_raised_in_the_blocked_greenlet_and_only_there() -> None:
    with pair() as (sock, _):
        heard: list[BaseException] = []
        sock.on("error", heard.append)
        reading = gevent.spawn(sock.recv, 1)
        poll()
        boom = LookupError("boom")
        sock.destroy(boom)
        with pytest.raises(LookupError) as caught:
            reading.get(timeout=LIMIT)
        assert caught.value is boom
        assert sock.wait("close", LIMIT) is True
        assert heard == []
        with pytest.raises(OSError) as again:
            sock.recv(1)
        assert again.value.errno == errno.EBADF


def test_an_error_that_nobody_hears_is_kept_for_the_next_call() -> None:
    with pair() as (sock, _):
        sock.sendall(b"x")
        boom = LookupError("boom")
        sock.destroy(boom)
        gevent.wait([sock], LIMIT)
        with pytest.raises(LookupError):
            sock.sendall(b"x")
        with pytest.raises(OSError) as again:
            sock.recv(1)
        assert again.value.errno == errno.EBADF


def test_an_error_is_kept_although_its_greenlet_was_killed() -> None:
    with pair() as (sock, _):
        reading = gevent.spawn(sock.recv, 1)
        poll()
        reading.kill(block=False)
        sock.destroy(LookupError("boom"))
        gevent.wait([sock], LIMIT)
        with pytest.raises(LookupError):
            sock.recv(1)


def test_a_reset_is_raised_in_recv() -> None:
    with connected() as (client, peer):
        reading = gevent.spawn(client.recv, 1)
        poll()
        peer.reset_and_destroy()
        with pytest.raises(ConnectionResetError) as caught:
            reading.get(timeout=LIMIT)
        assert str(caught.value) == "read ECONNRESET"


def test_a_reset_is_raised_in_sendall() -> None:
    with connected() as (client, peer):
        sending = gevent.spawn(client.sendall, b"x" * 10_000_000)
        poll()
        peer.reset_and_destroy()
        with pytest.raises(ConnectionError):
            sending.get(timeout=LIMIT)


def test_sending_after_the_end_of_ones_own() -> None:
    with pair() as (sock, far):
        sock.shutdown(system.SHUT_WR)
        for call in (lambda: sock.sendall(b"x"), lambda: sock.send(b"x")):
            with pytest.raises(BrokenPipeError):
                call()
        far.send(b"still")
        assert sock.recv(10) == b"still"


def test_a_blocking_reader_may_answer_after_the_end() -> None:
    with connected() as (client, peer):
        client.sendall(b"question")
        client.shutdown(system.SHUT_WR)
        assert b"".join(peer) == b"question"
        peer.sendall(b"answer")
        peer.close()
        assert b"".join(client) == b"answer"


# Connecting.


def test_calls_wait_for_the_connection() -> None:
    server = net.create_server(lambda sock: sock.pipe(sock)).listen(0, "127.0.0.1")
    server.wait("listening", LIMIT)
    with net.connect(port_of(server), "127.0.0.1") as sock:
        assert not sock.connecting
    first = net.connect(port_of(server), "127.0.0.1")
    first.sendall(b"echo")
    assert first.recv_exactly(4) == b"echo"
    first.close()
    second = net.connect(port_of(server), "127.0.0.1")
    reading = gevent.spawn(second.recv, 10)
    second.write(b"echo")
    assert reading.get(timeout=LIMIT) == b"echo"
    second.close()
    server.close()


def test_calls_raise_the_error_of_the_connection() -> None:
    free = system.create_server(("127.0.0.1", 0))
    port = free.getsockname()[1]
    free.close()
    calls: list[Callable[[net.Socket], object]] = [
        lambda sock: sock.recv(1),
        lambda sock: sock.sendall(b"x"),
        lambda sock: sock.shutdown(system.SHUT_WR),
        lambda sock: sock.__enter__(),
        lambda sock: sock.send(b"x"),
    ]
    for call in calls:
        with pytest.raises(ConnectionRefusedError) as caught:
            call(net.connect(port, "127.0.0.1"))
        assert str(caught.value) == f"connect ECONNREFUSED 127.0.0.1:{port}"


def test_with_is_cut_short_while_it_connects() -> None:
    sock = net.Socket()

    def lookup(*args: Any) -> None:
        """Never answers."""

    sock.connect(1, "example.invalid", lookup=lookup)
    with pytest.raises(gevent.Timeout), gevent.Timeout(0.01), sock:
        pytest.fail("entered")
    assert sock.destroyed


# Ending.


def test_close_sends_what_was_written() -> None:
    with sockets() as (sock, far):
        sock.write(b"x" * 1000000)
        closing = gevent.spawn(sock.close)
        assert b"".join(far) == b"x" * 1000000
        closing.get(timeout=LIMIT)
        assert sock.destroyed and sock.fileno() == -1


def test_close_that_is_cut_short_destroys() -> None:
    with pair() as (sock, _):
        sock.write(b"x" * 1000000)
        with pytest.raises(gevent.Timeout), gevent.Timeout(0.01):
            sock.close()
        assert sock.destroyed


def test_leaving_with_closes() -> None:
    with sockets() as (sock, far):
        heard: list[str] = []
        sock.on("finish", lambda: heard.append("finish"))
        with sock:
            sock.write(b"bye")
        assert sock.destroyed
        assert b"".join(far) == b"bye"
        sock.wait("close", LIMIT)
        assert heard == ["finish"]


def test_leaving_with_on_an_exception_destroys() -> None:
    with pair() as (sock, _):
        with pytest.raises(LookupError), sock:
            sock.write(b"x" * 1000000)
            raise LookupError
        assert sock.destroyed


def test_shutdown_of_the_reading_side() -> None:
    with pair() as (sock, _):
        reading = gevent.spawn(sock.recv, 1)
        poll()
        sock.shutdown(system.SHUT_RD)
        assert reading.get(timeout=LIMIT) == b""
        with pytest.raises(ValueError):
            sock.shutdown(3)


# Limits.


def test_settimeout_limits_each_call() -> None:
    with pair() as (sock, _far):

        def read_line() -> None:
            with sock.makefile("rb") as file:
                file.readline()

        assert sock.gettimeout() is None
        sock.settimeout(0.01)
        assert sock.gettimeout() == 0.01
        for call in (
            lambda: sock.recv(1),
            lambda: sock.recv_exactly(1),
            lambda: sock.recv_until(b"x"),
            lambda: sock.recv_into(bytearray(1)),
            read_line,
            lambda: sock.sendall(b"x" * 1000000),
            lambda: sock.send(b"x"),
            lambda: sock.shutdown(system.SHUT_WR),
            lambda: sock.close(),
        ):
            with pytest.raises(TimeoutError) as caught:
                call()
            assert getattr(caught.value, "code", None) == "ETIMEDOUT"
        assert sock.destroyed


def test_a_limit_of_zero_does_not_block() -> None:
    with pair() as (sock, far):
        sock.setblocking(False)
        assert not sock.getblocking()
        with pytest.raises(BlockingIOError):
            sock.recv(1)
        far.send(b"x")
        assert sock.recv(1) == b"x"
        with pytest.raises(BlockingIOError):
            for _ in range(1000):
                sock.send(b"x" * 100000)
        sock.setblocking(True)
        assert sock.gettimeout() is None
        sock.destroy()


def test_the_idle_timeout_is_another() -> None:
    with pair() as (sock, _):
        sock.set_timeout(5)
        assert sock.gettimeout() is None
        sock.settimeout(7)
        assert sock.timeout == 5


# What code written for socket.socket asks for.


def test_what_sockets_have() -> None:
    with connected() as (client, peer):
        assert client.getsockname() == peer.getpeername()
        assert (client.family, client.type) == (system.AF_INET, system.SOCK_STREAM)
        client.setsockopt(system.IPPROTO_TCP, system.TCP_NODELAY, 1)
        assert client.getsockopt(system.IPPROTO_TCP, system.TCP_NODELAY) == 1
        assert isinstance(client.getsockopt(system.SOL_SOCKET, system.SO_LINGER, 8), bytes)


# Where nobody may block.


def test_the_hub_cannot_block() -> None:
    with pair() as (sock, _):
        raised: list[BaseException] = []

        def call() -> None:
            for blocking in (lambda: sock.recv(1), lambda: sock.sendall(b"x"), sock.close):
                try:
                    blocking()
                except RuntimeError as error:
                    raised.append(error)

        gevent.get_hub().loop.run_callback(call)
        poll()
        assert len(raised) == 3
        assert all(isinstance(error, net.NetError) for error in raised)


def test_another_thread_is_refused() -> None:
    with pair() as (sock, _):
        sock.sendall(b"x")
        raised: list[Any] = []

        def call() -> None:
            for blocking in (lambda: sock.recv(1), lambda: sock.sendall(b"x"), sock.close):
                try:
                    blocking()
                except RuntimeError as error:
                    raised.append(error)

        gevent.get_hub().threadpool.apply(call)
        assert [error.code for error in raised] == ["ERR_INVALID_THREAD"] * 3
        assert threading.active_count() >= 1


# gevent's idioms.


def test_gevent_waits_for_sockets() -> None:
    with pair() as (sock, _far), pair() as (other, _):
        assert not sock.ready()
        assert gevent.wait([sock, other], timeout=0.001) == []
        gevent.spawn(sock.destroy)
        assert gevent.wait([sock, other], count=1, timeout=LIMIT) == [sock]
        assert sock.ready()
        assert gevent.wait([sock], timeout=LIMIT) == [sock]
        called: list[object] = []
        other.rawlink(called.append)
        other.unlink(called.append)
        other.unlink(called.append)
        other.destroy()
        other.wait("close", LIMIT)
        poll()
        assert called == []


# Cut at every point.


class Cut(BaseException):
    """What a call is cut with."""


class Switches:
    """Cuts a greenlet at its n-th switch to the hub."""

    def __init__(self, n: int, cut: Callable[[gevent.Greenlet[..., Any]], object]) -> None:
        self.n = n
        self.cut = cut
        self.seen = 0
        self.worker: gevent.Greenlet[..., Any] | None = None

    def __enter__(self) -> Switches:
        self.before = greenlet.settrace(self.trace)
        return self

    def __exit__(self, *_: object) -> None:
        greenlet.settrace(self.before)

    def trace(self, event: str, args: Any) -> None:
        origin, target = args
        hub = gevent.get_hub()
        if origin is self.worker and target is hub and not self.worker.dead:
            self.seen += 1
            if self.seen == self.n:
                hub.loop.run_callback(self.cut, self.worker)


def throw(worker: gevent.Greenlet[..., Any]) -> None:
    worker.throw(Cut())


def kill(worker: gevent.Greenlet[..., Any]) -> None:
    worker.kill(block=False)


STREAM = b"one\ntwo two\n\nfour4\n" * 3


def readers() -> dict[str, Callable[[net.Socket], Iterator[bytes]]]:
    def recv(sock: net.Socket) -> Iterator[bytes]:
        while chunk := sock.recv(3):
            yield chunk

    def recv_into(sock: net.Socket) -> Iterator[bytes]:
        buffer = bytearray(4)
        while size := sock.recv_into(buffer):
            yield bytes(buffer[:size])

    def recv_exactly(sock: net.Socket) -> Iterator[bytes]:
        for _ in range(len(STREAM) // 19):
            yield sock.recv_exactly(19)

    def recv_until(sock: net.Socket) -> Iterator[bytes]:
        for _ in range(STREAM.count(b"\n")):
            yield sock.recv_until(b"\n")

    def readline(sock: net.Socket) -> Iterator[bytes]:
        with sock.makefile("rb") as file:
            yield from file

    def read(sock: net.Socket) -> Iterator[bytes]:
        with sock.makefile("rb") as file:
            while chunk := file.read(7):
                yield chunk

    def loop(sock: net.Socket) -> Iterator[bytes]:
        yield from sock

    return {
        function.__name__: function
        for function in (recv, recv_into, recv_exactly, recv_until, readline, read, loop)
    }


def feed(far: system.socket, data: bytes) -> None:
    """Send byte by byte, each when the one before has been looked at."""
    for byte in data:
        far.send(bytes([byte]))
        poll()
    far.shutdown(system.SHUT_WR)


@pytest.mark.parametrize("cut", [throw, kill])
@pytest.mark.parametrize("name", list(readers()))
def test_reading_is_cut_at_every_switch(
    name: str, cut: Callable[[gevent.Greenlet[..., Any]], object]
) -> None:
    cuts = 0
    for n in range(1, 1000):
        got: list[bytes] = []
        with pair() as (sock, far), Switches(n, cut) as switches:

            def work(sock: net.Socket = sock, got: list[bytes] = got) -> None:
                with suppress(Cut):
                    for chunk in readers()[name](sock):
                        got.append(chunk)

            feeder = gevent.spawn(feed, far, STREAM)
            worker = switches.worker = gevent.spawn(work)
            worker.join(LIMIT)
            assert worker.dead
            was_cut = switches.seen >= n
            switches.worker = None
            rest = b"".join(sock)
            assert b"".join(got) + rest == STREAM, (n, got, rest)
            feeder.get(timeout=LIMIT)
        cuts += was_cut
        if not was_cut:
            break
    assert cuts >= 3, "nothing was cut"
    assert not was_cut, "not every switch was reached"


@pytest.mark.parametrize("name", list(readers()))
def test_reading_is_cut_after_every_byte(name: str) -> None:
    for size in range(len(STREAM)):
        got: list[bytes] = []
        with pair() as (sock, far):

            def work(sock: net.Socket = sock, got: list[bytes] = got) -> None:
                for chunk in readers()[name](sock):
                    got.append(chunk)

            far.sendall(STREAM[:size])
            worker = gevent.spawn(work)
            for _ in range(3):
                poll()
            worker.kill(timeout=LIMIT)
            far.send(STREAM[size:])
            far.shutdown(system.SHUT_WR)
            assert b"".join(got) + b"".join(sock) == STREAM


@pytest.mark.parametrize("name", list(readers()))
def test_destroying_at_every_switch_leaves_nothing_waiting(name: str) -> None:
    for n in range(1, 1000):
        failures: list[OSError] = []
        with pair() as (sock, far):

            def cut(worker: gevent.Greenlet[..., Any], sock: net.Socket = sock) -> None:
                sock.destroy()

            def work(sock: net.Socket = sock, failures: list[OSError] = failures) -> None:
                try:
                    for _ in readers()[name](sock):
                        pass
                except OSError as failure:
                    failures.append(failure)  # noqa: B023 - a name of its own

            with Switches(n, cut) as switches:
                feeder = gevent.spawn(feed, far, STREAM)
                worker = switches.worker = gevent.spawn(work)
                worker.join(LIMIT)
                feeder.kill()
            assert worker.dead
            if switches.seen < n:
                break
            assert [failure.errno for failure in failures] in ([errno.EBADF], [])
    else:
        pytest.fail("not every switch was reached")


MESSAGES = [bytes([65 + i]) * (3000 + 1000 * i) for i in range(5)]


def drain(far: system.socket, got: list[bytes], size: int = 700) -> None:
    """Receive a little now and then, up to the end."""
    while True:
        try:
            chunk = far.recv(size)
        except BlockingIOError:
            poll()
            continue
        if not chunk:
            return
        got.append(chunk)
        poll()


@contextmanager
def narrow() -> Iterator[tuple[net.Socket, system.socket]]:
    """A Socket whose system buffer and high-water mark are soon full."""
    with pair(high_water_mark=2000) as (sock, far):
        sock.setsockopt(system.SOL_SOCKET, system.SO_SNDBUF, 1)
        yield sock, far


@pytest.mark.parametrize("call", ["sendall", "send"])
@pytest.mark.parametrize("cut", [throw, kill])
@pytest.mark.parametrize("competitor", [False, True])
def test_sending_is_cut_at_every_switch(
    call: str, cut: Callable[[gevent.Greenlet[..., Any]], object], competitor: bool
) -> None:
    cuts = 0
    for n in range(1, 1000):
        got: list[bytes] = []
        begun: list[bytes] = []
        done: list[bytes] = []
        with narrow() as (sock, far), Switches(n, cut) as switches:

            def work(
                sock: net.Socket = sock, begun: list[bytes] = begun, done: list[bytes] = done
            ) -> None:
                with suppress(Cut):
                    for message in MESSAGES:
                        begun.append(message)
                        if call == "sendall":
                            sock.sendall(message)
                            done.append(message)
                        else:
                            done.append(message[: sock.send(message)])

            reading = gevent.spawn(drain, far, got)
            other = gevent.spawn(sock.sendall, b"#" * 9000) if competitor else None
            worker = switches.worker = gevent.spawn(work)
            worker.join(LIMIT)
            assert worker.dead
            was_cut = switches.seen >= n
            switches.worker = None
            if other is not None:
                other.get(timeout=LIMIT)
            sock.sendall(b".")
            sock.close()
            reading.get(timeout=LIMIT)
            received = b"".join(got)
            if competitor:
                assert b"#" * 9000 in received, "a message was torn"
                received = received.replace(b"#" * 9000, b"", 1)
            possible = [b"".join(done) + b"."]
            if call == "sendall" and len(begun) > len(done):
                possible.append(b"".join(begun) + b".")
            assert received in possible, n
        cuts += was_cut
        if not was_cut:
            break
    assert cuts >= 3, "nothing was cut"
    assert not was_cut, "not every switch was reached"


def test_sendfile_is_cut_at_every_switch() -> None:
    content = bytes(range(256)) * 1500
    cuts = 0
    with tempfile.TemporaryFile() as file:
        file.write(content)
        file.flush()
        for n in range(1, 1000):
            got: list[bytes] = []
            with narrow() as (sock, far), Switches(n, throw) as switches:

                def work(sock: net.Socket = sock) -> None:
                    with suppress(Cut):
                        sock.sendfile(file)

                file.seek(0)
                reading = gevent.spawn(drain, far, got, 20000)
                worker = switches.worker = gevent.spawn(work)
                worker.join(LIMIT)
                was_cut = switches.seen >= n
                switches.worker = None
                sent = file.tell()
                sock.sendall(b"the end")
                sock.close()
                reading.get(timeout=LIMIT)
                assert b"".join(got) == content[:sent] + b"the end"
            cuts += was_cut
            if not was_cut:
                assert sent == len(content)
                break
    assert cuts >= 3
    assert not was_cut


@pytest.mark.parametrize("call", ["close", "shutdown", "with"])
def test_ending_is_cut_at_every_switch(call: str) -> None:
    for n in range(1, 1000):
        got: list[bytes] = []
        with narrow() as (sock, far), Switches(n, throw) as switches:

            def work(sock: net.Socket = sock) -> None:
                with suppress(Cut):
                    if call == "close":
                        sock.close()
                    elif call == "shutdown":
                        sock.shutdown(system.SHUT_WR)
                    else:
                        with sock:
                            pass

            sock.write(b"x" * 20000)
            reading = gevent.spawn(drain, far, got)
            worker = switches.worker = gevent.spawn(work)
            worker.join(LIMIT)
            was_cut = switches.seen >= n
            switches.worker = None
            if call == "shutdown":
                sock.close()
            assert sock.destroyed
            reading.get(timeout=LIMIT)
            if call == "shutdown" or not was_cut:
                assert b"".join(got) == b"x" * 20000
        if not was_cut:
            break
    assert n > 1
    assert not was_cut
