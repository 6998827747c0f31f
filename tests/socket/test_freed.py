"""Closed sockets and streams are freed with the last reference to them, without a collector."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Callable, Iterator
from functools import partial

import gevent
import pytest
from gevent.event import Event
from support.service import LIMIT, LOCAL, port_of

import geventnet as net


@pytest.fixture
def freed() -> Iterator[Callable[[object], None]]:
    """Says that an object is to be freed while the garbage collector does not run."""
    references: list[weakref.ref[object]] = []
    gc.collect()
    gc.disable()
    try:
        yield lambda watched: references.append(weakref.ref(watched))
        with gevent.Timeout(LIMIT):
            while any(reference() is not None for reference in references):
                gevent.sleep(0.001)
        assert references
    finally:
        gc.enable()


def echo(sock: net.Socket) -> None:
    while data := sock.recv(100):
        sock.sendall(data)


def test_both_ends_of_a_connection_with_a_handler(freed: Callable[[object], None]) -> None:
    def handle(sock: net.Socket) -> None:
        freed(sock)
        echo(sock)

    with net.create_server(handler=handle).listen(0, LOCAL) as server:
        for _ in range(3):
            with net.connect(port_of(server), LOCAL) as client:
                freed(client)
                client.sendall(b"hello")
                assert client.recv_exactly(5) == b"hello"
            del client


def test_both_ends_of_a_connection_with_listeners(freed: Callable[[object], None]) -> None:
    def on_data(data: bytes) -> None:
        got.append(data)

    def on_connection(sock: net.Socket) -> None:
        freed(sock)
        sock.on("data", on_data)
        sock.end(b"hello")

    got: list[bytes] = []
    with net.create_server(on_connection).listen(0, LOCAL) as server:
        for choose in (False, True):
            closed = Event()
            client = net.connect(port_of(server), "localhost", auto_select_family=choose)
            freed(client)
            client.on("data", on_data)
            client.on("close", partial(Event.set, closed))
            client.end(b"hello")
            assert closed.wait(LIMIT)
            del client
    assert got == [b"hello"] * 4


def test_a_connection_that_is_refused(freed: Callable[[object], None]) -> None:
    with net.create_server().listen(0, LOCAL) as server:
        port = port_of(server)
    client = net.connect(port, LOCAL)
    freed(client)
    # Its traceback would refer to everything.
    assert isinstance(client.wait("error"), ConnectionRefusedError)
    client.wait("close")
    del client


def test_streams(freed: Callable[[object], None]) -> None:
    class Sink(net.Writable):
        def _write(self, chunk: object, encoding: str, callback: Callable[..., object]) -> None:
            callback()

    source, sink = net.Readable.from_([b"one", b"two"]), Sink()
    freed(source)
    freed(sink)
    source.pipe(sink)
    net.finished(sink)
    sink.wait("close")
    source.wait("close")
    del source, sink


def test_a_socket_that_was_let_go_can_be_used_again() -> None:
    told: list[object] = []
    with net.create_server(handler=echo).listen(0, LOCAL) as server:
        client = net.connect(port_of(server), LOCAL)
        client.settimeout(LIMIT)
        with client:
            client.sendall(b"once")
            assert client.recv_exactly(4) == b"once"
        client.wait("close")
        with pytest.raises(OSError) as caught:
            client.recv(1)
        assert caught.value.errno is not None
        client.write(b"too late", told.append)
        gevent.idle()
        assert [getattr(error, "code", None) for error in told] == ["ERR_STREAM_WRITE_AFTER_END"]
        again = Event()

        def on_data(data: bytes) -> None:
            told.append(data)
            again.set()

        client.on("data", on_data)
        assert client.readable_flowing
        client.connect(port_of(server), LOCAL)
        client.wait("connect")
        client.write(b"again")
        assert again.wait(LIMIT)
        assert told[1:] == [b"again"]
        assert client.gettimeout() == LIMIT
        client.destroy()


def test_a_connection_that_a_server_has_accepted_can_connect_itself() -> None:
    got: list[bytes] = []
    received = Event()

    def on_data(data: bytes) -> None:
        got.append(data)
        received.set()

    with (
        net.create_server().listen(0, LOCAL) as server,
        net.create_server(lambda sock: sock.end(b"other")).listen(0, LOCAL) as other,
    ):
        client = net.connect(port_of(server), LOCAL)
        sock = server.wait("connection", LIMIT)
        client.destroy()
        sock.resume()
        sock.wait("close")
        sock.on("data", on_data)
        sock.connect(port_of(other), LOCAL)
        assert received.wait(LIMIT)
        assert got == [b"other"]
        sock.wait("close")


def test_what_a_callback_of_a_closed_stream_raises_is_reported_with_the_stream() -> None:
    def fail(_: object) -> None:
        raise ValueError("late")

    reports: list[net.ErrorReport] = []
    previous = net.set_error_hook(reports.append)
    try:
        with net.create_server().listen(0, LOCAL) as server:
            client = net.connect(port_of(server), LOCAL)
            client.wait("connect")
            failed = net.connect(port_of(server), LOCAL)
            failed.on("error", lambda _: None)
            failed.wait("connect")
            peer = f"{LOCAL}:{port_of(server)}"
            failed.destroy(ValueError("early"))
            streams: list[net.Socket | net.Writable] = [client, failed, net.Writable()]
            for stream in streams:
                stream.destroy()
                stream.wait("close", LIMIT)
                stream.on("error", lambda _: None)
                stream.write(b"too late", fail)
                gevent.idle()
        assert [report.source for report in reports] == streams
        assert [report.peer for report in reports] == [None, peer, None]
    finally:
        net.set_error_hook(previous)


def test_a_closed_socket_flows_again_without_its_listener_of_readable() -> None:
    got: list[bytes] = []
    received = Event()

    def on_readable() -> None: ...

    def on_data(data: bytes) -> None:
        got.append(data)
        received.set()

    with net.create_server(lambda sock: sock.end(b"hello")).listen(0, LOCAL) as server:
        client = net.connect(port_of(server), LOCAL)
        client.on("data", on_data)
        client.on("readable", on_readable)
        client.wait("connect")
        client.destroy()
        client.wait("close", LIMIT)
        client.off("readable", on_readable)
        gevent.idle()
        assert client.readable_flowing
        got.clear()
        client.connect(port_of(server), LOCAL)
        assert received.wait(LIMIT)
        assert got == [b"hello"]
        client.wait("close", LIMIT)
