"""Another thread is refused, whatever it calls, before anything has changed."""

from __future__ import annotations

import socket as system
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import gevent
import pytest
from gevent import monkey

import geventnet as net

LIMIT = 10
_start_new_thread = monkey.get_original("_thread", "start_new_thread")
_allocate_lock = monkey.get_original("_thread", "allocate_lock")


def elsewhere(function: Callable[[], object]) -> BaseException | None:
    """Call `function` in another thread, which this one waits for; what it raises."""
    raised: list[BaseException] = []
    done = _allocate_lock()
    done.acquire()

    def run() -> None:
        try:
            function()
        except BaseException as error:
            raised.append(error)
        finally:
            done.release()

    _start_new_thread(run, ())
    assert done.acquire(True, LIMIT)
    return raised[0] if raised else None


def refused(function: Callable[[], object]) -> None:
    error = elsewhere(function)
    assert isinstance(error, net.NetError), error
    assert isinstance(error, RuntimeError)
    assert error.code == "ERR_INVALID_THREAD"


def port_of(server: net.Server) -> int:
    where = server.address()
    assert isinstance(where, net.AddressInfo)
    return where.port


@contextmanager
def connected() -> Iterator[tuple[net.Server, net.Socket, net.Socket]]:
    """A server, and both ends of a connection of its: the client's and its own."""
    server = net.create_server().listen(0, "127.0.0.1")
    ends: list[net.Socket] = []
    server.once("connection", ends.append)
    server.wait("listening", LIMIT)
    client = net.connect(port_of(server), "127.0.0.1")
    client.wait("connect", LIMIT)
    if not ends:
        server.wait("connection", LIMIT)
    try:
        yield server, client, ends[0]
    finally:
        client.destroy()
        ends[0].destroy()
        server.close()
        server.wait("close", LIMIT)


def _nothing(*_: object) -> None:
    pass


def _leave(sock: net.Socket) -> None:
    sock.__exit__(None, None, None)


def _leave_failing(sock: net.Socket) -> None:
    sock.__exit__(ValueError, ValueError(), None)


def _half_open(sock: net.Socket) -> None:
    sock.allow_half_open = True


SOCKET: dict[str, Callable[[net.Socket], object]] = {
    "write": lambda sock: sock.write(b"x"),
    "write text": lambda sock: sock.write("x", "utf8"),
    "write callback": lambda sock: sock.write(b"x", _nothing),
    "end": lambda sock: sock.end(),
    "end data": lambda sock: sock.end(b"x"),
    "destroy": lambda sock: sock.destroy(),
    "destroy error": lambda sock: sock.destroy(ValueError()),
    "destroy_soon": lambda sock: sock.destroy_soon(),
    "reset_and_destroy": lambda sock: sock.reset_and_destroy(),
    "pause": lambda sock: sock.pause(),
    "resume": lambda sock: sock.resume(),
    "read": lambda sock: sock.read(),
    "read 0": lambda sock: sock.read(0),
    "push": lambda sock: sock.push(b"x"),
    "unshift": lambda sock: sock.unshift(b"x"),
    "set_encoding": lambda sock: sock.set_encoding("utf8"),
    "set_default_encoding": lambda sock: sock.set_default_encoding("latin1"),
    "pipe": lambda sock: sock.pipe(sock),
    "unpipe": lambda sock: sock.unpipe(),
    "iterate": lambda sock: next(iter(sock)),
    "cork": lambda sock: sock.cork(),
    "uncork": lambda sock: sock.uncork(),
    "ref": lambda sock: sock.ref(),
    "unref": lambda sock: sock.unref(),
    "set_timeout": lambda sock: sock.set_timeout(1),
    "set_timeout 0": lambda sock: sock.set_timeout(0),
    "set_no_delay": lambda sock: sock.set_no_delay(),
    "set_keep_alive": lambda sock: sock.set_keep_alive(True),
    "set_type_of_service": lambda sock: sock.set_type_of_service(8),
    "allow_half_open": _half_open,
    "connect": lambda sock: sock.connect(1, "127.0.0.1"),
    "detach": lambda sock: sock.detach(),
    "adopt": lambda sock: net.Socket.adopt(sock),
    "on data": lambda sock: sock.on("data", _nothing),
    "on readable": lambda sock: sock.on("readable", _nothing),
    "once": lambda sock: sock.once("data", _nothing),
    "prepend": lambda sock: sock.prepend_listener("data", _nothing),
    "prepend once": lambda sock: sock.prepend_once_listener("data", _nothing),
    "off": lambda sock: sock.off("data", _nothing),
    "remove all": lambda sock: sock.remove_all_listeners(),
    "wait": lambda sock: sock.wait("end", 1),
    "wait for what holds": lambda sock: sock.wait("connect", 1),
    "rawlink": lambda sock: sock.rawlink(_nothing),
    "unlink": lambda sock: sock.unlink(_nothing),
    "recv": lambda sock: sock.recv(1),
    "recv_into": lambda sock: sock.recv_into(bytearray(1)),
    "recv_exactly": lambda sock: sock.recv_exactly(1),
    "recv_until": lambda sock: sock.recv_until(b"x"),
    "sendall": lambda sock: sock.sendall(b"x"),
    "send": lambda sock: sock.send(b"x"),
    "shutdown": lambda sock: sock.shutdown(system.SHUT_RD),
    "close": lambda sock: sock.close(),
    "enter": lambda sock: sock.__enter__(),
    "leave": _leave,
    "leave failing": _leave_failing,
    "makefile": lambda sock: sock.makefile(),
    "settimeout": lambda sock: sock.settimeout(1),
    "setblocking": lambda sock: sock.setblocking(True),
    "setsockopt": lambda sock: sock.setsockopt(system.SOL_SOCKET, system.SO_KEEPALIVE, 1),
}


def state(sock: net.Socket) -> tuple[object, ...]:
    return (
        sock.ready_state,
        sock.destroyed,
        sock.errored,
        sock.bytes_written,
        sock.bytes_read,
        sock.writable_length,
        sock.writable_corked,
        sock.writable_ended,
        sock.readable_flowing,
        sock.readable_length,
        sock.readable_encoding,
        sock.is_paused(),
        sock.allow_half_open,
        sock.timeout,
        sock.gettimeout(),
        sock.event_names(),
        sock.getsockopt(system.SOL_SOCKET, system.SO_KEEPALIVE),
        sock.getsockopt(system.IPPROTO_TCP, system.TCP_NODELAY),
        sock.get_type_of_service(),
    )


@pytest.mark.parametrize("name", SOCKET)
def test_a_call_on_a_socket(name: str) -> None:
    with connected() as (_, client, end):
        before = state(client)
        refused(lambda: SOCKET[name](client))
        assert state(client) == before
        end.write(b"still here")
        assert client.recv_exactly(10) == b"still here"
        client.write(b"so am I")
        assert end.recv_exactly(7) == b"so am I"


@pytest.mark.parametrize("name", ["write", "end", "destroy", "pause", "cork", "detach"])
def test_a_call_within_the_sockets_own_step(name: str) -> None:
    with connected() as (_, client, end):
        errors: list[object] = []

        def listener(_: bytes) -> None:
            client.write(b"joined,")
            errors.append(elsewhere(lambda: SOCKET[name](client)))
            client.write(b"too")

        client.on("data", listener)
        end.write(b"x")
        assert end.recv_exactly(10) == b"joined,too"
        assert [getattr(error, "code", error) for error in errors] == ["ERR_INVALID_THREAD"]
        assert not client.destroyed


SERVER: dict[str, Callable[[net.Server], object]] = {
    "close": lambda server: server.close(),
    "close callback": lambda server: server.close(_nothing),
    "listen": lambda server: net.Server.listen(server, 0),
    "ref": lambda server: server.ref(),
    "unref": lambda server: server.unref(),
    "max_connections": lambda server: setattr(server, "max_connections", 1),
    "drop_max_connection": lambda server: setattr(server, "drop_max_connection", True),
    "get_connections": lambda server: server.get_connections(_nothing),
    "close_all_connections": lambda server: server.close_all_connections(),
    "close_idle_connections": lambda server: server.close_idle_connections(),
    "drain": lambda server: server.drain(0),
    "start": lambda server: server.start(),
    "serve_forever": lambda server: server.serve_forever(),
    "enter": lambda server: server.__enter__(),
    "leave": lambda server: server.__exit__(None, None, None),
    "leave failing": lambda server: server.__exit__(ValueError, ValueError(), None),
    "on": lambda server: server.on("connection", _nothing),
    "off": lambda server: server.off("connection", _nothing),
    "remove all": lambda server: server.remove_all_listeners(),
    "wait": lambda server: server.wait("close", 1),
    "wait for what holds": lambda server: server.wait("listening", 1),
    "rawlink": lambda server: server.rawlink(_nothing),
}


@pytest.mark.parametrize("name", SERVER)
def test_a_call_on_a_server(name: str) -> None:
    if name == "listen":
        server = net.create_server()
        refused(lambda: SERVER[name](server))
        assert not server.listening
        return
    with connected() as (server, client, _):
        before = server.event_names()
        refused(lambda: SERVER[name](server))
        assert server.listening
        assert server.connections == 1
        assert server.max_connections is None
        assert server.event_names() == before
        assert not client.destroyed
        with net.connect(port_of(server), "127.0.0.1") as another:
            another.wait("connect", LIMIT)


@pytest.mark.parametrize(
    "call",
    [
        lambda stream: stream.write(b"x"),
        lambda stream: stream.end(),
        lambda stream: stream.destroy(),
        lambda stream: stream.cork(),
        lambda stream: stream.push(b"x"),
        lambda stream: stream.read(),
        lambda stream: stream.resume(),
        lambda stream: stream.on("data", _nothing),
        lambda stream: stream.wait("finish", 1),
    ],
)
def test_a_call_on_a_stream_of_the_users_own(call: Callable[[Any], object]) -> None:
    written: list[bytes] = []

    class Mine(net.Duplex):
        def _read(self, size: int) -> None:
            written.append(b"read")

        def _write(self, chunk: bytes, encoding: str, callback: Callable[..., object]) -> None:
            written.append(chunk)
            callback()

    stream = Mine()
    refused(lambda: call(stream))
    assert (written, stream.destroyed, stream.writable_ended) == ([], False, False)
    assert (stream.readable_length, stream.writable_corked, stream.readable_flowing) == (0, 0, None)
    stream.destroy()
    stream.wait("close", LIMIT)


def test_a_pipe_into_a_stream_of_another_thread() -> None:
    with connected() as (_, client, _end):

        def pipe() -> None:
            source = net.Duplex()
            try:
                source.pipe(client)
            finally:
                assert source.event_names() == []
                gevent.get_hub().destroy()

        refused(pipe)
        assert client.event_names() == []


def test_an_abort_that_would_reach_a_socket() -> None:
    with connected() as (server, _, _end):
        controller = net.AbortController()
        both = net.AbortSignal.any([controller.signal])
        heard: list[str] = []
        controller.signal.on("abort", lambda: heard.append("abort"))
        sock = net.connect(port_of(server), "127.0.0.1", signal=both)
        sock.wait("connect", LIMIT)
        refused(controller.abort)
        assert (heard, controller.signal.aborted, both.aborted) == ([], False, False)
        assert not sock.destroyed
        controller.abort()
        assert sock.destroyed
        assert heard == ["abort"]
        with pytest.raises(net.AbortError):
            sock.wait("close", LIMIT)


def test_an_abort_that_would_close_a_server() -> None:
    controller = net.AbortController()
    server = net.create_server().listen(0, "127.0.0.1", signal=controller.signal)
    server.wait("listening", LIMIT)
    refused(controller.abort)
    assert server.listening
    assert not controller.signal.aborted
    controller.abort()
    server.wait("close", LIMIT)
    assert elsewhere(lambda: net.AbortController().abort()) is None


def test_an_event_that_a_greenlet_of_another_thread_waits_for() -> None:
    emitter, controller = net.EventEmitter(), net.AbortController()
    calls: dict[net.EventEmitter, Callable[[], object]]
    calls = {emitter: lambda: emitter.emit("abort"), controller.signal: controller.abort}
    for waited, call in calls.items():
        waiting = gevent.spawn(waited.wait, "abort", LIMIT)
        gevent.sleep(0)
        refused(call)
        assert not waiting.ready()
        call()
        waiting.get(timeout=LIMIT)


def test_a_file_that_the_garbage_collector_closes_in_another_thread() -> None:
    with connected() as (_, client, end):
        files = [client.makefile("rb")]
        client.close()
        assert not client.destroyed
        assert elsewhere(files.clear) is None
        assert end.recv(1) == b""
        client.wait("close", LIMIT)
