"""What the testing harness does without pytest."""

from __future__ import annotations

import errno
import os
import socket
import stat
import subprocess
import sys
import time
from typing import Any

import gevent
import gevent.event
import gevent.pool
import gevent.server
import gevent.socket
import pytest
from gevent import monkey

import geventnet as net
from geventnet.testing import (
    BlockedHubError,
    GreenletTimeoutError,
    Leak,
    LeakError,
    OutsideError,
    Peers,
    blocked_hub,
    greenlet_stacks,
    greenlet_timeout,
    no_leaks,
    only_local,
    unhandled,
)

native_sleep: Any = monkey.get_original("time", "sleep")
start_native_thread: Any = monkey.get_original("_thread", "start_new_thread")
native_lock: Any = monkey.get_original("_thread", "allocate_lock")


class Failure(Exception):
    pass


def fail(text: str = "") -> None:
    raise Failure(text)


# Exceptions that nobody took


def test_nobody_took_it() -> None:
    with pytest.raises(ExceptionGroup) as raised, unhandled():
        gevent.spawn(fail)
    [error] = raised.value.exceptions
    assert isinstance(error, Failure)
    assert error.__notes__[0].startswith("in <Greenlet")


@pytest.mark.parametrize("take", ["get", "joinall", "map"])
def test_somebody_took_it(take: str) -> None:
    with unhandled() as errors:
        with pytest.raises(Failure):
            if take == "get":
                gevent.spawn(fail).get()
            elif take == "joinall":
                gevent.joinall([gevent.spawn(fail)], raise_error=True)
            else:
                gevent.pool.Pool(2).map(fail, ["x"])
        assert {type(error) for error in errors} == {Failure}


def test_accepts_by_kind_and_text() -> None:
    with unhandled() as errors:
        gevent.joinall([gevent.spawn(fail, text) for text in ("one", "two")])
        assert [str(error) for error in errors.accept(Failure, match="t.o")] == ["two"]
        with pytest.raises(AssertionError, match="no KeyError"):
            errors.accept(KeyError)
        assert errors.accept() and not errors


def test_an_exception_of_the_body_comes_first() -> None:
    with pytest.raises(ZeroDivisionError), unhandled():
        gevent.spawn(fail).join()
        raise ZeroDivisionError


def test_a_listener_and_a_handler(serve: Any, connect: Any) -> None:
    for server in (serve(lambda sock: fail("listener")), serve(handler=lambda sock: fail("it"))):
        with unhandled() as errors:
            assert b"".join(connect(server)) == b""
            errors.accept(Failure)


def test_another_thread() -> None:
    def there() -> None:
        gevent.spawn(fail, "there").join()
        gevent.get_hub().destroy(destroy_loop=True)

    with unhandled() as errors:
        gevent.get_hub().threadpool.apply(there)
        errors.accept(Failure, "there")


# Limits of time


def test_a_limit_is_told_with_the_stacks() -> None:
    never = gevent.event.Event()

    def waits_for_ever() -> None:
        never.wait()

    waiting = [gevent.spawn(waits_for_ever) for _ in range(3)]
    with pytest.raises(GreenletTimeoutError) as raised, greenlet_timeout(0.05):
        gevent.sleep(20)
    text = str(raised.value)
    assert "not done within 0.05 s" in text
    assert ", and 2 more at the same place" in text
    assert "in waits_for_ever: never.wait()" in text
    assert "limits.py" not in text
    gevent.killall(waiting)


def test_a_limit_in_a_greenlet_strikes_that_greenlet() -> None:
    def limited() -> str:
        try:
            with greenlet_timeout(0.02):
                gevent.sleep(20)
        except GreenletTimeoutError:
            return "struck"
        return ""

    assert gevent.spawn(limited).get() == "struck"


def test_a_limit_that_is_kept_leaves_nothing() -> None:
    with no_leaks(), greenlet_timeout(20):
        gevent.sleep(0)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs signals")
def test_a_limit_interrupts_what_blocks_the_hub() -> None:
    began = time.monotonic()
    with pytest.raises(GreenletTimeoutError, match="the hub is blocked at"), greenlet_timeout(0.05):
        native_sleep(20)
    assert time.monotonic() - began < 10


def test_the_outer_of_two_limits_strikes() -> None:
    with (
        pytest.raises(GreenletTimeoutError, match=r"not done within 0\.05 s"),
        greenlet_timeout(0.05),
        greenlet_timeout(10),
    ):
        native_sleep(20)


def test_a_blocked_hub_is_found() -> None:
    with pytest.raises(BlockedHubError, match=r"native_sleep\(0\.2\)"), blocked_hub(0.05):
        native_sleep(0.2)
        gevent.sleep(0.01)


def test_a_hub_that_waits_is_not_blocked() -> None:
    with blocked_hub(0.3):
        gevent.sleep(0.5)


def test_the_stacks() -> None:
    text = greenlet_stacks()
    assert "running" in text
    assert "in test_the_stacks: text = greenlet_stacks()" in text


# Leaks


def found(error: pytest.ExceptionInfo[LeakError]) -> list[str]:
    return [leak.kind for leak in error.value.leaks]


def test_a_sleeping_greenlet_is_one_leak() -> None:
    with pytest.raises(LeakError) as raised, no_leaks(timeout=0.01):
        sleeping = [gevent.spawn(gevent.sleep, 20) for _ in range(30)]
        gevent.sleep(0)
    assert found(raised) == ["greenlet"] * 30
    assert "and 29 more from the same place" in str(raised.value)
    assert len(str(raised.value).splitlines()) <= 12
    gevent.killall(sleeping)


def test_a_listening_server_is_one_leak() -> None:
    with pytest.raises(LeakError) as raised, no_leaks(timeout=0.01):
        server = net.create_server().listen(0, "127.0.0.1")
        server.wait("listening")
    assert found(raised) == ["socket"]
    server.close()


def test_a_thread() -> None:
    lock, waiting = native_lock(), native_lock()
    lock.acquire()
    waiting.acquire()

    def waits() -> None:
        waiting.release()
        lock.acquire()
        waiting.release()

    with pytest.raises(LeakError) as raised, no_leaks(timeout=0.01):
        start_native_thread(waits, ())
        waiting.acquire()
    assert found(raised) == ["thread"]
    assert "in waits:" in str(raised.value)
    lock.release()
    waiting.acquire()


@pytest.mark.skipif(sys.platform != "linux", reason="needs /proc")
def test_a_process() -> None:
    with pytest.raises(LeakError) as raised, no_leaks(timeout=0.01):
        process = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    assert "process" in found(raised)
    assert "input()" in str(raised.value)
    process.communicate(b"\n")


def test_a_check_takes_no_time_however_much_is_imported() -> None:
    imported = [[] for _ in range(300_000)]  # type: ignore[var-annotated]
    fastest = 1.0
    for _ in range(20):
        began = time.perf_counter()
        with no_leaks():
            pass
        fastest = min(fastest, time.perf_counter() - began)
    assert fastest < 0.002, len(imported)


def test_what_is_ignored() -> None:
    def is_pipe(leak: Leak) -> bool:
        return "pipe" in leak.what

    for ignore in (["pipe:"], [is_pipe]):
        with no_leaks(timeout=0, ignore=ignore):
            ends = os.pipe()
        for end in ends:
            os.close(end)


# Only local


def test_the_outside_is_refused_and_remembered() -> None:
    with pytest.raises(OutsideError, match=r"192\.0\.2\.1") as raised, only_local() as outside:
        for connect in (socket.create_connection, gevent.socket.create_connection):
            with pytest.raises(PermissionError):
                connect(("192.0.2.1", 80), 1)
        with pytest.raises(PermissionError):
            net.connect(80, "192.0.2.1").wait("connect")
        assert outside.attempts == ["192.0.2.1"] * 3
    assert raised.value.attempts == ["192.0.2.1"] * 3


def test_names_are_not_looked_up() -> None:
    with only_local("good.invalid") as outside:
        for look_up in (socket.getaddrinfo, gevent.socket.getaddrinfo):
            with pytest.raises(OSError):
                look_up("host.invalid", 80)
            look_up("localhost", 80)
        assert set(outside.attempts) == {"host.invalid"}
        outside.attempts.clear()


def test_what_is_local(serve: Any, connect: Any, socket_path: str) -> None:
    with only_local():
        connect(serve(handler=lambda sock: None))
        connect(serve(handler=lambda sock: None, path=socket_path))


# Peers


def test_a_pair(socket_pair: Any) -> None:
    for kind in ("tcp", "unix"):
        near, far = socket_pair(kind)
        near.sendall(b"hello")
        assert far.recv_exactly(5) == b"hello"
    with pytest.raises(ValueError):
        socket_pair("udp")


def test_a_server_of_gevent(serve: Any, connect: Any) -> None:
    def handle(sock: Any, address: object) -> None:
        sock.sendall(b"hello")

    server = serve(gevent.server.StreamServer(("127.0.0.1", 0), handle))
    assert b"".join(connect(server)) == b"hello"


@pytest.mark.parametrize("told", ["nothing", "to listen", "and listens"])
def test_a_server_that_was_made_already(told: str) -> None:
    server = net.create_server(handler=lambda sock: sock.sendall(b"hello"))
    if told != "nothing":
        server.listen(0, "127.0.0.1")
    if told == "and listens":
        server.start()
    with no_leaks(), Peers() as peers:
        assert peers.serve(server) is server
        assert b"".join(peers.connect(server)) == b"hello"
        resting = peers.connect(server)
    assert not server.listening
    assert resting.destroyed


def test_a_server_that_was_made_already_listens_where_it_is_told(
    serve: Any, connect: Any, socket_path: str
) -> None:
    server = serve(net.create_server(lambda sock: sock.end(b"hello")), path=socket_path)
    assert server.address() == socket_path
    assert b"".join(connect(server)) == b"hello"


def test_a_server_that_was_made_already_and_cannot_listen(free_port: int) -> None:
    with Peers() as peers:
        peers.serve(handler=lambda sock: None, port=free_port)
        with pytest.raises(OSError) as raised:
            peers.serve(net.create_server(lambda sock: None), port=free_port)
        assert raised.value.errno == errno.EADDRINUSE


def test_everything_is_closed() -> None:
    with no_leaks(), Peers() as peers:
        server = peers.serve(handler=lambda sock: sock.recv(1))
        sockets = [peers.connect(server), *peers.socket_pair()]
    assert not server.listening
    assert all(sock.destroyed for sock in sockets)


def test_places(serve: Any, connect: Any, socket_path: str, free_port: int) -> None:
    server = serve(handler=lambda sock: sock.sendall(b"x"), port=free_port)
    for place in (server, free_port, ("127.0.0.1", free_port), server.address()):
        assert connect(place).recv(1) == b"x"
    serve(handler=lambda sock: sock.sendall(b"y"), path=socket_path)
    assert stat.S_ISSOCK(os.stat(socket_path).st_mode)
    assert connect(socket_path).recv(1) == b"y"
    with pytest.raises(ValueError, match="does not listen"):
        connect(net.create_server())
