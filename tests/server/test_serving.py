"""Serving in a straight line: handlers, pools, draining, `with`."""

from __future__ import annotations

import errno
import io
import logging
import socket as system
import struct
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import gevent
import gevent.util
import pytest
from gevent.event import Event
from gevent.pool import Pool
from support.service import reported

import geventnet as net
from geventnet.testing import fake_clock

LIMIT = 10


def echo(sock: net.Socket) -> None:
    while data := sock.recv(65536):
        sock.sendall(data)


def port_of(server: net.Server) -> int:
    where = server.address()
    assert isinstance(where, net.AddressInfo)
    return where.port


@contextmanager
def serving(*args: Any, **options: Any) -> Iterator[net.Server]:
    with net.create_server(*args, **options).listen(0, "127.0.0.1") as server:
        yield server


def dial(server: net.Server) -> net.Socket:
    return net.connect(port_of(server), "127.0.0.1")


def test_a_handler_echoes() -> None:
    with serving(handler=echo) as server, dial(server) as client:
        client.sendall(b"hello")
        assert client.recv_exactly(5) == b"hello"
        client.shutdown(system.SHUT_WR)
        assert client.recv(1) == b""


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
def test_the_peer_of_a_connection_that_is_reset_is_known(host: str) -> None:
    with net.create_server().listen(0, host) as server:
        with system.create_connection((host, port_of(server)), LIMIT) as client:
            _, port, *_ = client.getsockname()
            client.setsockopt(system.SOL_SOCKET, system.SO_LINGER, struct.pack("ii", 1, 0))
        with server.accept(LIMIT) as socket:
            with pytest.raises(OSError):
                socket.getpeername()
            family = "IPv6" if ":" in host else "IPv4"
            peer = socket.remote_address, socket.remote_family, socket.remote_port
            assert peer == (host, family, port)


def test_the_socket_is_closed_when_its_handler_returns() -> None:
    def greet(sock: net.Socket) -> None:
        sock.write(b"x" * 1000000)

    with serving(handler=greet) as server, dial(server) as client:
        assert b"".join(client) == b"x" * 1000000


@pytest.mark.parametrize("heard", [(), ("end",), ("prefinish",), ("finish",), ("end", "finish")])
def test_a_connection_ends_in_the_same_state_whoever_hears_of_it(heard: tuple[str, ...]) -> None:
    told: list[object] = []
    closed = Event()

    def handle(sock: net.Socket) -> None:
        for event in heard:
            sock.on(event, lambda event=event: told.append(event))  # type: ignore[call-overload]

        def on_close(had_error: bool) -> None:
            told.append((had_error, sock.readable_ended, sock.writable_finished))
            told.append((sock.readable_aborted, sock.writable_aborted, sock.errored))
            closed.set()

        sock.on("close", on_close)
        echo(sock)

    with (
        serving(handler=handle) as server,
        system.create_connection(("127.0.0.1", port_of(server)), LIMIT) as client,
    ):
        client.sendall(b"hello")
        client.shutdown(system.SHUT_WR)
        assert closed.wait(LIMIT)
        assert client.recv(10) == b"hello"
        assert client.recv(10) == b""
    assert told == [*heard, (False, True, True), (False, False, None)]


def test_what_a_handler_has_written_is_sent_before_the_end() -> None:
    size = 4 << 20

    def answer(sock: net.Socket) -> None:
        while sock.recv(100):
            pass
        sock.write(bytes(size))

    with serving(handler=answer) as server, dial(server) as client:
        client.shutdown(system.SHUT_WR)
        assert len(client.recv_exactly(size)) == size
        assert client.recv(1) == b""


def test_a_handler_ends_by_the_destroy_soon_that_its_socket_was_given() -> None:
    def handle(sock: net.Socket) -> None:
        def destroy_soon() -> None:
            called.append(sock)
            original()

        original = sock.destroy_soon
        sock.destroy_soon = destroy_soon  # type: ignore[method-assign]
        while sock.recv(100):
            pass
        sock.write(b"hello")

    called: list[net.Socket] = []
    with serving(handler=handle) as server, dial(server) as client:
        client.shutdown(system.SHUT_WR)
        assert client.recv_exactly(5) == b"hello"
        assert client.recv(1) == b""
    assert len(called) == 1


def test_the_socket_is_destroyed_when_its_handler_raises() -> None:
    sockets: list[net.Socket] = []

    def fail(sock: net.Socket) -> None:
        sockets.append(sock)
        raise LookupError("mine")

    with reported() as seen, serving(handler=fail) as server, dial(server) as client:
        assert client.recv(1) == b""
        assert [str(error) for error in seen] == ["mine"]
        assert sockets[0].destroyed
        assert sockets[0].errored is seen[0]
        with dial(server) as other:
            assert other.recv(1) == b""
        assert len(seen) == 2


@contextmanager
def told() -> Iterator[io.StringIO]:
    """What is written to the stream of the hub's error handling; pytest's log hears nothing."""
    hub: Any = gevent.get_hub()
    hub.exception_stream = io.StringIO()
    logger = logging.getLogger("geventnet")
    logger.propagate = False
    try:
        yield hub.exception_stream
    finally:
        logger.propagate = True
        del hub.exception_stream


@pytest.mark.parametrize("ask", ["recv_exactly", "recv_until"])
def test_a_handler_that_ends_with_its_peer_is_quiet(ask: str) -> None:
    answered: list[net.Socket] = []

    def answer(sock: net.Socket) -> None:
        receive: Any = getattr(sock, ask)
        while True:
            sock.write(receive(4 if ask == "recv_exactly" else b"\r\n\r\n") * 100000)
            answered.append(sock)

    with told() as stream, reported() as seen, serving(handler=answer) as server:
        with dial(server) as client:
            client.sendall(b"\r\n\r\n")
            client.shutdown(system.SHUT_WR)
            # What it has written is still sent.
            assert sum(map(len, client)) == 400000
        answered[0].wait("close")
        assert answered[0].errored is None
        assert server.drain(LIMIT).cut == 0
    assert not seen
    assert not stream.getvalue()


def test_a_handler_whose_message_was_cut_is_reported() -> None:
    with reported() as seen, serving(handler=lambda sock: sock.recv_exactly(9)) as server:
        with dial(server) as client:
            client.sendall(b"part")
            client.shutdown(system.SHUT_WR)
            assert client.recv(1) == b""
        server.drain(LIMIT)
        (error,) = seen
        assert isinstance(error, EOFError)
        assert error.partial == b"part"  # type: ignore[attr-defined]
        assert str(error) == "recv_exactly(9): the stream has ended after 4 bytes"


def test_an_end_without_a_message_says_so() -> None:
    with serving(handler=lambda sock: None) as server, dial(server) as client:
        calls: dict[str, Callable[[], bytes]] = {
            "recv_exactly(4)": lambda: client.recv_exactly(4),
            "recv_until(b'x')": lambda: client.recv_until(b"x"),
        }
        for name, call in calls.items():
            with pytest.raises(EOFError) as caught:
                call()
            assert str(caught.value) == f"{name}: the connection was closed, nothing received"
            assert caught.value.partial == b""  # type: ignore[attr-defined]


def with_settimeout(sock: net.Socket) -> None:
    sock.settimeout(0.01)
    sock.recv(1)


def with_timeout(sock: net.Socket) -> None:
    with gevent.Timeout(0.01):
        sock.recv(1)


def with_builtin(sock: net.Socket) -> None:
    with gevent.Timeout(0.01, TimeoutError("too slow\nfor us")):
        sock.recv(1)


@pytest.mark.parametrize(
    ("handler", "line"),
    [
        (with_settimeout, "TimeoutError: recv took longer than 0.01 seconds"),
        (with_timeout, "Timeout: 0.01 seconds"),
        (with_builtin, "TimeoutError: too slow for us"),
    ],
)
def test_a_handler_that_runs_into_its_own_limit_is_one_line(handler: Any, line: str) -> None:
    sockets: list[net.Socket] = []
    with told() as stream, reported() as seen, serving(sockets.append, handler=handler) as server:
        with dial(server) as client:
            assert client.recv(1) == b""
        server.drain(LIMIT)
        (socket,) = sockets
        assert isinstance(socket.errored, TimeoutError | gevent.Timeout)
    assert not seen
    (said,) = stream.getvalue().splitlines()
    assert said.startswith("handler of <Socket at 0x")
    assert said.endswith(line)


def test_a_killed_handler_is_not_reported() -> None:
    running: list[gevent.Greenlet[..., Any]] = []

    def wait(sock: net.Socket) -> None:
        current: Any = gevent.getcurrent()
        running.append(current)
        sock.recv(1)

    with reported() as seen, serving(handler=wait) as server, dial(server) as client:
        client.sendall(b"")
        while not running:
            gevent.idle()
        running[0].kill()
        assert client.recv(1) == b""
        assert seen == []


def test_a_handler_that_is_killed_before_it_begins_leaves_no_connection() -> None:
    def spawn(function: Any, *args: Any) -> gevent.Greenlet[..., Any]:
        greenlet = gevent.spawn(function, *args)
        greenlet.kill(block=False)
        return greenlet

    with serving(handler=echo, spawn=spawn) as server, dial(server) as client:
        assert client.recv(1) == b""
        assert server.connections == 0


def test_a_peer_that_is_gone_is_not_reported() -> None:
    ended = Event()

    def handle(sock: net.Socket) -> None:
        try:
            while sock.recv(1):
                pass
        finally:
            ended.set()

    with reported() as seen, serving(handler=handle) as server:
        client = dial(server)
        client.sendall(b"x")
        client.reset_and_destroy()
        assert ended.wait(LIMIT)
        gevent.sleep(0.001)
        assert seen == []


def test_a_busy_handler_gets_the_error_from_its_next_call() -> None:
    busy, go_on, ended = Event(), Event(), Event()
    raised: list[BaseException] = []

    def handle(sock: net.Socket) -> None:
        sock.recv_exactly(1)
        busy.set()
        go_on.wait(LIMIT)
        for call in (lambda: sock.sendall(b"x"), lambda: sock.recv(1)):
            try:
                call()
            except OSError as error:
                raised.append(error)
        ended.set()

    with reported() as seen, serving(handler=handle) as server:
        client = dial(server)
        client.sendall(b"x")
        busy.wait(LIMIT)
        client.reset_and_destroy()
        while server.connections:
            gevent.idle()
        assert seen == []
        go_on.set()
        assert ended.wait(LIMIT)
        assert [getattr(error, "code", None) for error in raised] == ["ECONNRESET", "EBADF"]
        assert seen == []


def test_a_handler_may_use_events() -> None:
    def handle(sock: net.Socket) -> None:
        sock.on("data", lambda data: sock.write(data.upper()))
        sock.wait("close")

    with serving(handler=handle) as server, dial(server) as client:
        client.sendall(b"hello")
        assert client.recv_exactly(5) == b"HELLO"
        client.end()
        assert client.recv(1) == b""


def test_a_connection_listener_beside_a_handler() -> None:
    seen: list[net.Socket] = []
    with serving(seen.append, handler=echo) as server, dial(server) as client:
        client.sendall(b"x")
        assert client.recv(1) == b"x"
        assert len(seen) == 1
        assert seen[0].server is server


def test_a_pool_bounds_the_handlers() -> None:
    running = peak = 0

    def handle(sock: net.Socket) -> None:
        nonlocal running, peak
        running += 1
        peak = max(peak, running)
        echo(sock)
        running -= 1

    pool = Pool(2)
    with serving(handler=handle, spawn=pool) as server:
        clients = [dial(server) for _ in range(5)]
        for client in clients:
            client.sendall(b"x")
        assert [client.recv(1) for client in clients[:2]] == [b"x", b"x"]
        clients[2].settimeout(0.02)
        with pytest.raises(TimeoutError):
            clients[2].recv(1)
        assert server.connections == 2
        clients[2].settimeout(None)
        for client in clients[:3]:
            client.close()
        assert clients[3].recv(1) == clients[4].recv(1) == b"x"
        assert peak == 2
        for client in clients:
            client.close()
    assert pool.join(LIMIT)


def test_a_number_is_a_pool() -> None:
    with serving(handler=echo, spawn=1) as server:
        one, two = dial(server), dial(server)
        one.sendall(b"1")
        two.sendall(b"2")
        assert one.recv(1) == b"1"
        assert server.connections == 1
        one.close()
        assert two.recv(1) == b"2"
        two.close()


def test_a_server_with_a_full_pool_can_be_closed() -> None:
    with serving(handler=echo, spawn=1) as server:
        one, two = dial(server), dial(server)
        one.sendall(b"1")
        assert one.recv(1) == b"1"
        two.wait("connect", LIMIT)
        server.close()
        one.close()
        two.destroy()
        server.wait("close", LIMIT)


@pytest.mark.parametrize("spawn", [gevent.spawn_raw, gevent.Greenlet.spawn])
def test_any_way_to_spawn(spawn: Any) -> None:
    with serving(handler=echo, spawn=spawn) as server, dial(server) as client:
        client.sendall(b"x")
        assert client.recv(1) == b"x"


@pytest.mark.parametrize(("option", "value"), [("handler", 1), ("spawn", "x"), ("spawn", 0)])
def test_options_that_are_refused(option: str, value: Any) -> None:
    options: dict[str, Any] = {"handler": echo, option: value}
    with pytest.raises(net.NetError):
        net.create_server(**options)


# Draining.


def test_draining_waits_for_the_connections() -> None:
    with serving(handler=echo) as server:
        clients = [dial(server) for _ in range(3)]
        for client in clients:
            client.sendall(b"x")
            client.recv(1)
        draining = gevent.spawn(server.drain, LIMIT)
        gevent.sleep(0)
        assert not server.listening
        for client in clients:
            client.close()
        assert draining.get(timeout=LIMIT) == net.Drained(finished=3, cut=0)
        assert server.ready()


def test_draining_cuts_what_is_left_at_the_deadline() -> None:
    busy = Event()

    def handle(sock: net.Socket) -> None:
        if sock.recv(1) == b"b":
            busy.set()
            gevent.sleep(1000)

    with reported() as seen, serving(handler=handle) as server:
        ends, stays, works = dial(server), dial(server), dial(server)
        works.sendall(b"b")
        stays.wait("connect", LIMIT)
        ends.wait("connect", LIMIT)
        assert busy.wait(LIMIT)
        while (server.connections or 0) < 3:
            gevent.idle()
        gevent.spawn(ends.close)
        with fake_clock(autojump=True) as clock:
            assert server.drain(30) == net.Drained(finished=1, cut=2)
            assert clock.now == 30
        assert stays.recv(1) == works.recv(1) == b""
        assert seen == []
        stays.destroy()
        works.destroy()


def test_draining_an_idle_server() -> None:
    with serving(handler=echo) as server:
        assert server.drain() == net.Drained(0, 0)
        server.wait("close", LIMIT)


def test_draining_that_is_cut_short_can_be_repeated() -> None:
    with serving(handler=echo) as server:
        client = dial(server)
        client.sendall(b"x")
        client.recv(1)
        with pytest.raises(gevent.Timeout), gevent.Timeout(0.01):
            server.drain()
        assert server.drain(0) == net.Drained(finished=0, cut=1)
        client.destroy()


def test_closing_connections() -> None:
    accepted: list[net.Socket] = []
    with serving(handler=echo) as server:
        server.on("connection", accepted.append)
        idle, busy = dial(server), dial(server)
        for client in (idle, busy):
            client.sendall(b"x")
            assert client.recv(1) == b"x"
        flood = gevent.spawn(busy.sendall, b"x" * 20_000_000)
        # Nobody reads what comes back, so that it stays so.
        while not any(sock.writable_length for sock in accepted):
            gevent.idle()
        server.close_idle_connections()
        assert idle.recv(1) == b""
        assert server.connections == 1
        server.close_all_connections()
        assert server.connections == 0
        with pytest.raises(ConnectionError):
            flood.get(timeout=LIMIT)
        idle.destroy()


# With.


def test_leaving_with_closes_the_connections() -> None:
    with reported() as seen:
        with serving(handler=echo) as server:
            client = dial(server)
            client.sendall(b"x")
            client.recv(1)
        assert server.ready() and not server.listening
        assert client.recv(1) == b""
        client.close()
        assert seen == []


def test_leaving_with_sends_what_was_written() -> None:
    ready = Event()

    def listener(sock: net.Socket) -> None:
        sock.write(b"x" * 3_000_000)
        ready.set()

    got: list[bytes] = []
    with serving(listener) as server:
        client = dial(server)
        assert ready.wait(LIMIT)
        reading = gevent.spawn(lambda: got.extend(client))
    reading.get(timeout=LIMIT)
    assert b"".join(got) == b"x" * 3_000_000
    client.close()


def test_leaving_with_on_an_exception_destroys() -> None:
    with pytest.raises(LookupError), serving(handler=echo) as server:
        client = dial(server)
        client.sendall(b"x")
        client.recv(1)
        raise LookupError
    assert server.connections == 0
    assert client.recv(1) == b""
    client.destroy()


def test_entering_with_raises_what_listening_fails_with() -> None:
    with serving(handler=echo) as server:
        other = net.create_server(handler=echo).listen(port_of(server), "127.0.0.1")
        with pytest.raises(OSError) as caught, other:
            pytest.fail("entered")
        assert caught.value.errno == errno.EADDRINUSE
        with pytest.raises(net.NetError) as idle:
            other.start()
        assert idle.value.code == "ERR_SERVER_NOT_RUNNING"


# Serving forever.


def test_serving_forever_ends_when_the_server_is_closed() -> None:
    server = net.create_server(handler=echo).listen(0, "127.0.0.1")
    serving = gevent.spawn(server.serve_forever)
    server.start()
    with dial(server) as client:
        client.sendall(b"x")
        assert client.recv(1) == b"x"
        server.close()
        gevent.sleep(0)
        assert not serving.dead
    serving.get(timeout=LIMIT)
    with pytest.raises(net.NetError):
        server.serve_forever()


def test_an_error_that_nobody_hears_is_raised_out_of_serving_forever() -> None:
    with serving(handler=echo) as server:
        other = net.create_server(handler=echo).listen(port_of(server), "127.0.0.1")
        with pytest.raises(OSError) as caught:
            other.serve_forever()
        assert caught.value.errno == errno.EADDRINUSE


def test_an_error_that_is_heard_is_not() -> None:
    with serving(handler=echo) as server:
        other = net.create_server(handler=echo)

        def again(error: OSError) -> None:
            other.listen(0, "127.0.0.1", lambda: other.close())

        other.on("error", again)
        other.listen(port_of(server), "127.0.0.1")
        other.serve_forever()
        assert other.ready()


# gevent's idioms.


def test_gevent_waits_for_servers() -> None:
    server = net.create_server(handler=echo).listen(0, "127.0.0.1")
    server.start()
    assert gevent.wait([server], timeout=0.001) == []
    server.close()
    assert gevent.wait([server], timeout=LIMIT) == [server]
    assert list(gevent.iwait([server], timeout=LIMIT)) == [server]
    joinall: Any = gevent.joinall
    assert joinall([server], timeout=LIMIT) == [server]


def test_greenlets_have_names() -> None:
    def wait(sock: net.Socket) -> None:
        sock.recv(1)

    with serving(handler=wait) as server, dial(server) as client:
        client.sendall(b"")
        while not server.connections:
            gevent.idle()
        run_info: Any = gevent.util.format_run_info
        lines = "\n".join(run_info())
        assert "Server" in lines and "<Socket at" in lines and "127.0.0.1" in lines
        assert "Dispatcher" in lines


def test_connections_above_the_limit_wait_if_they_are_not_dropped() -> None:
    dropped: list[object] = []
    with serving(handler=echo) as server:
        server.on("drop", dropped.append)
        server.max_connections = 1
        server.drop_max_connection = False
        with dial(server) as first:
            first.sendall(b"1")
            assert first.recv_exactly(1) == b"1"
            with dial(server) as second, dial(server) as third:
                second.sendall(b"2")
                third.sendall(b"3")
                with pytest.raises(TimeoutError), gevent.Timeout(0.05, TimeoutError):
                    second.recv(1)
                assert server.connections == 1
                first.destroy()
                assert second.recv_exactly(1) == b"2"
                server.max_connections = None
                assert third.recv_exactly(1) == b"3"
    assert dropped == []


def test_connections_that_wait_are_dropped_when_that_is_chosen_at_the_limit() -> None:
    with serving(handler=echo) as server:
        server.max_connections = 1
        server.drop_max_connection = False
        with dial(server) as first:
            first.sendall(b"1")
            assert first.recv_exactly(1) == b"1"
            with dial(server) as second:
                second.wait("connect", LIMIT)
                gevent.sleep(0.01)
                assert server.connections == 1
                server.drop_max_connection = True
                assert server.drop_max_connection is True
                assert second.recv(1) == b""
            first.destroy()
            while server.connections:
                gevent.idle()
            with dial(server) as third:
                third.sendall(b"3")
                assert third.recv_exactly(1) == b"3"


def test_a_limit_that_is_no_number_is_refused() -> None:
    server = net.create_server()
    with pytest.raises(TypeError):
        server.max_connections = "2"  # type: ignore[assignment]
    assert server.max_connections is None
