"""A listener that blocks or fails holds up its own lane, and nobody else."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from time import process_time
from typing import Any

import gevent
import pytest
from gevent import socket
from gevent.event import Event
from gevent.queue import Empty, Queue
from support.peers import exactly
from support.programs import finished
from support.service import LOCAL, Service, port_of

import geventnet as net
from geventnet.testing import fake_clock

pytestmark = pytest.mark.usefixtures("reported")

LIMIT = 10.0
BIG = 16 << 20


class Block:
    """A place where listeners wait until the test lets them go on."""

    def __init__(self) -> None:
        self.entered = Event()
        self.gate = Event()
        self.left = Event()

    def __call__(self, *_: object) -> None:
        self.entered.set()
        self.gate.wait()
        self.left.set()

    def await_entry(self) -> None:
        assert self.entered.wait(LIMIT)

    def open(self) -> None:
        self.gate.set()
        assert self.left.wait(LIMIT)


class Lanes(Service):
    """A service whose listeners may wait in blocks."""

    def __init__(self) -> None:
        super().__init__()
        self.blocks: list[Block] = []

    def block(self) -> Block:
        self.blocks.append(Block())
        return self.blocks[-1]

    def stop(self) -> None:
        for block in self.blocks:
            block.gate.set()
        super().stop()


@pytest.fixture
def service() -> Iterator[Lanes]:
    service = Lanes()
    yield service
    service.stop()


class Log:
    """What one socket emits, as it comes."""

    EVENTS = ("connect", "ready", "data", "end", "drain", "finish", "timeout", "error", "close")

    def __init__(self, emitter: net.Socket, *events: str) -> None:
        self.seen: Queue[tuple[Any, ...]] = Queue()
        for event in events or self.EVENTS:
            emitter.on(event, lambda *args, event=event: self.seen.put((event, *args)))

    def next(self) -> tuple[Any, ...]:
        entry: tuple[Any, ...] = self.seen.get(timeout=LIMIT)
        return entry

    def until(self, event: str) -> list[tuple[Any, ...]]:
        entries = [self.next()]
        while entries[-1][0] != event:
            entries.append(self.next())
        return entries

    def rest(self) -> list[tuple[Any, ...]]:
        entries = []
        while True:
            try:
                entries.append(self.seen.get_nowait())
            except Empty:
                return entries


def echo(connection: net.Socket) -> None:
    connection.on("data", connection.write)


class Beat:
    """An echo of its own, by which a test sees that the loop goes on."""

    def __init__(self, service: Lanes) -> None:
        self.peer = service.dial(service.serve(echo))
        self()

    def __call__(self, times: int = 3) -> None:
        for _ in range(times):
            self.peer.sendall(b"ping")
            assert exactly(self.peer, 4) == b"ping"


@pytest.fixture
def beat(service: Lanes) -> Beat:
    return Beat(service)


def accepted_by(
    service: Lanes, prepare: Callable[[net.Socket], object], **options: Any
) -> tuple[Any, net.Socket]:
    """A peer and its connection, prepared in the `'connection'` listener."""
    ready: Queue[net.Socket] = Queue()

    def on_connection(connection: net.Socket) -> None:
        prepare(connection)
        ready.put(connection)

    peer = service.dial(service.serve(on_connection, **options))
    return peer, ready.get(timeout=LIMIT)


# A 'data' listener that blocks.


def test_a_blocked_data_listener_is_back_pressure_for_its_own_peer(
    service: Lanes, beat: Beat
) -> None:
    block = service.block()
    received = hashlib.sha256()
    done = Event()

    def prepare(connection: net.Socket) -> None:
        def on_data(chunk: bytes) -> None:
            if not block.entered.is_set():
                block()
            received.update(chunk)

        connection.on("data", on_data)
        connection.on("end", done.set)

    peer, connection = accepted_by(service, prepare)
    payload = bytes(range(256)) * (BIG // 256)

    def send() -> None:
        peer.sendall(payload)
        peer.shutdown(socket.SHUT_WR)

    sender = gevent.spawn(send)
    block.await_entry()
    first = connection.bytes_read
    beat(20)
    assert connection.bytes_read == first <= 65536
    assert not sender.ready()
    block.open()
    assert done.wait(LIMIT)
    sender.join(LIMIT)
    assert connection.bytes_read == BIG
    assert received.digest() == hashlib.sha256(payload).digest()


def test_the_loop_rests_while_a_listener_blocks_and_more_has_arrived(
    service: Lanes, beat: Beat
) -> None:
    block = service.block()
    received: list[bytes] = []

    def prepare(connection: net.Socket) -> None:
        connection.on("data", received.append)
        connection.on("data", block)

    peer, _ = accepted_by(service, prepare)
    peer.sendall(b"go")
    block.await_entry()
    peer.sendall(b"more")
    beat()
    before = process_time()
    gevent.sleep(0.2)
    assert process_time() - before < 0.1
    assert received == [b"go"]
    block.open()


def test_other_sockets_of_the_same_server_go_on(service: Lanes) -> None:
    block = service.block()

    def on_connection(connection: net.Socket) -> None:
        def on_data(chunk: bytes) -> None:
            if chunk == b"block":
                block()
            connection.write(chunk)

        connection.on("data", on_data)

    server = service.serve(on_connection)
    slow, *quick = [service.dial(server) for _ in range(5)]
    slow.sendall(b"block")
    block.await_entry()
    quick.append(service.dial(server))
    for _ in range(5):
        for peer in quick:
            peer.sendall(b"ping")
            assert exactly(peer, 4) == b"ping"
    slow.sendall(b"more")
    block.open()
    assert exactly(slow, 9) == b"blockmore"


def test_the_first_block_does_not_delay_the_batch(service: Lanes) -> None:
    """Many are ready at once, and every one of their listeners blocks."""
    block = service.block()
    entered: Queue[int] = Queue()

    def on_connection(connection: net.Socket) -> None:
        def on_data(chunk: bytes) -> None:
            entered.put(chunk[0])
            block()
            connection.write(chunk)

        connection.on("data", on_data)

    server = service.serve(on_connection)
    peers = [service.dial(server) for _ in range(40)]
    for number, peer in enumerate(peers):
        peer.send(bytes([number]))
    assert {entered.get(timeout=LIMIT) for _ in peers} == set(range(40))
    block.open()
    for number, peer in enumerate(peers):
        assert exactly(peer, 1) == bytes([number])


def test_its_drain_and_write_callbacks_still_come(service: Lanes, beat: Beat) -> None:
    block = service.block()
    log: list[Log] = []

    def prepare(connection: net.Socket) -> None:
        log.append(Log(connection, "drain", "finish"))

        def on_data(chunk: bytes) -> None:
            assert not connection.write(b"x" * BIG, lambda error: log[0].seen.put(("1", error)))
            connection.write(b"y", lambda error: log[0].seen.put(("2", error)))
            block()
            connection.end(b"z")

        connection.on("data", on_data)

    peer, connection = accepted_by(service, prepare)
    peer.sendall(b"go")
    block.await_entry()
    assert exactly(peer, BIG + 1)[-1:] == b"y"
    assert {log[0].next() for _ in range(3)} == {("drain",), ("1", None), ("2", None)}
    assert connection.write(b"!", lambda error: log[0].seen.put(("3", error)))
    assert log[0].next() == ("3", None)
    block.open()
    assert log[0].next() == ("finish",)
    assert exactly(peer, 2) == b"!z"


def test_write_callbacks_come_in_the_order_of_the_writes(service: Lanes) -> None:
    called: Queue[str] = Queue()

    def on_data(chunk: bytes) -> None:
        for name, data in (("first", b"x" * BIG), ("second", b"y"), ("third", b"z")):
            connection.write(data, lambda error, name=name: called.put(name))

    peer, connection = accepted_by(service, lambda connection: connection.on("data", on_data))
    peer.sendall(b"go")
    exactly(peer, BIG + 2)
    assert [called.get(timeout=LIMIT) for _ in range(3)] == ["first", "second", "third"]


def test_its_timeout_error_and_close_still_come_and_then_nothing(
    service: Lanes, beat: Beat
) -> None:
    block = service.block()
    logs: list[Log] = []
    failure = ConnectionAbortedError("by the test")

    def prepare(connection: net.Socket) -> None:
        connection.on("data", block)
        logs.append(Log(connection))
        connection.set_timeout(0.02)

    peer, connection = accepted_by(service, prepare)
    peer.sendall(b"go")
    block.await_entry()
    peer.sendall(b"more, and the end")
    peer.shutdown(socket.SHUT_WR)
    assert logs[0].next() == ("timeout",)
    connection.destroy(failure)
    assert logs[0].next() == ("error", failure)
    assert logs[0].next() == ("close", True)
    block.open()
    beat()
    # 'data' was under way when it blocked: its second listener completes that event.
    assert [entry[0] for entry in logs[0].rest()] in ([], ["data"])


def test_the_end_waits_for_a_blocked_data_listener(service: Lanes, beat: Beat) -> None:
    block = service.block()
    logs: list[Log] = []

    def prepare(connection: net.Socket) -> None:
        logs.append(Log(connection, "end", "close"))
        connection.on("data", block)

    peer, _ = accepted_by(service, prepare)
    peer.sendall(b"last words")
    peer.shutdown(socket.SHUT_WR)
    block.await_entry()
    beat(10)
    assert logs[0].rest() == []
    block.open()
    assert logs[0].until("close") == [("end",), ("close", False)]


@pytest.mark.parametrize("event", ["data", "readable", "end"])
def test_the_reading_lane_is_one(service: Lanes, beat: Beat, event: str) -> None:
    """No listener of the lane begins before the one that is blocked has returned."""
    inside: list[str] = []
    overlaps: list[tuple[str, ...]] = []
    done = Event()

    def prepare(connection: net.Socket) -> None:
        def listener(name: str) -> Callable[..., None]:
            def listen(*_: object) -> None:
                inside.append(name)
                if len(inside) > 1:
                    overlaps.append(tuple(inside))
                if name == "readable":
                    connection.read()
                gevent.sleep(0)
                beat(1)
                inside.remove(name)
                if name == "end":
                    done.set()

            return listen

        for name in {event, "end"} if event != "end" else {"data", "end"}:
            connection.on(name, listener(name))

    peer, _ = accepted_by(service, prepare)
    for _ in range(10):
        peer.sendall(b"chunk")
        beat(1)
    peer.shutdown(socket.SHUT_WR)
    assert done.wait(LIMIT)
    assert not overlaps


def test_the_idle_clock_runs_while_a_listener_blocks(service: Lanes) -> None:
    block = service.block()
    timed_out = Event()

    def prepare(connection: net.Socket) -> None:
        connection.on("data", block)

    peer, connection = accepted_by(service, prepare)
    with fake_clock() as clock:
        connection.set_timeout(60, timed_out.set)
        peer.sendall(b"go")
        block.await_entry()
        clock.advance(59)
        assert not timed_out.is_set()
        clock.advance(1)
        assert timed_out.is_set()
    assert not connection.destroyed
    block.open()


def test_a_killed_listener_gives_its_lane_back(service: Lanes, beat: Beat) -> None:
    """`GreenletExit` in a blocked listener closes the socket without an error, unreported."""
    entered = Event()
    victims: list[Any] = []
    logs: list[Log] = []

    def prepare(connection: net.Socket) -> None:
        logs.append(Log(connection, "error", "close", "end"))

        def on_data(chunk: bytes) -> None:
            victims.append(gevent.getcurrent())
            entered.set()
            Event().wait()

        connection.on("data", on_data)

    peer, connection = accepted_by(service, prepare)
    peer.sendall(b"go")
    assert entered.wait(LIMIT)
    gevent.kill(victims[0])
    assert logs[0].next() == ("close", False)
    assert connection.errored is None
    assert peer.recv(1) == b""
    beat()
    assert logs[0].rest() == []


# Others that block.


def test_a_blocked_write_callback_stops_neither_reading_nor_the_others(
    service: Lanes, beat: Beat
) -> None:
    block = service.block()
    calls: Queue[str] = Queue()

    def prepare(connection: net.Socket) -> None:
        def on_data(chunk: bytes) -> None:
            if chunk == b"first":
                connection.write(chunk, block)
            else:
                connection.write(chunk, lambda error: calls.put(chunk.decode()))

        connection.on("data", on_data)
        connection.on("finish", lambda: calls.put("finish"))

    peer, connection = accepted_by(service, prepare)
    peer.sendall(b"first")
    block.await_entry()
    assert exactly(peer, 5) == b"first"
    for number in b"123":
        peer.send(bytes([number]))
        assert exactly(peer, 1) == bytes([number])
    connection.end(b"end")
    assert exactly(peer, 3) == b"end"
    assert peer.recv(1) == b""
    beat()
    # They wait for each other, and 'finish' for them.
    assert calls.empty()
    block.open()
    assert [calls.get(timeout=LIMIT) for _ in range(4)] == ["1", "2", "3", "finish"]


def test_callbacks_that_waited_for_a_blocked_one_come_in_order(service: Lanes) -> None:
    block = service.block()
    calls: Queue[int] = Queue()

    def prepare(connection: net.Socket) -> None:
        connection.on("error", lambda error: None)
        connection.write(b"x", block)

    _, connection = accepted_by(service, prepare)
    block.await_entry()
    connection.destroy()
    for number in range(5):
        connection.write(b"too late", lambda error, number=number: calls.put(number))
    assert connection.wait("close", LIMIT) is False
    assert calls.empty()
    block.open()
    assert [calls.get(timeout=LIMIT) for _ in range(5)] == [0, 1, 2, 3, 4]


def test_a_blocked_drain_listener_does_not_stop_reading(service: Lanes, beat: Beat) -> None:
    block = service.block()

    def prepare(connection: net.Socket) -> None:
        def on_data(chunk: bytes) -> None:
            connection.write(b"x" * BIG if chunk == b"big" else chunk)

        connection.on("data", on_data)
        connection.on("drain", block)

    peer, _ = accepted_by(service, prepare)
    peer.sendall(b"big")
    exactly(peer, BIG)
    block.await_entry()
    peer.sendall(b"ping")
    assert exactly(peer, 4) == b"ping"
    block.open()


def test_a_blocked_connect_listener_holds_up_nothing(service: Lanes, beat: Beat) -> None:
    block = service.block()
    client = service.connect(service.serve(echo))
    client.on("connect", block)
    log = Log(client, "ready", "data", "timeout", "close")
    written: Queue[object] = Queue()
    client.write(b"ping", written.put)
    block.await_entry()
    assert log.next() == ("ready",)
    assert log.next() == ("data", b"ping")
    assert written.get(timeout=LIMIT) is None
    client.set_timeout(0.02)
    assert log.next() == ("timeout",)
    client.destroy()
    assert log.next() == ("close", False)
    block.open()
    beat()
    assert log.rest() == []


def test_a_blocked_close_listener_holds_up_nobody(service: Lanes, beat: Beat) -> None:
    block = service.block()
    peer, connection = accepted_by(service, lambda connection: connection.on("close", block))
    log = Log(connection)
    server = service.servers[-1]
    connection.destroy()
    block.await_entry()
    assert peer.recv(1) == b""
    beat()
    closed = Event()
    server.close(closed.set)
    assert closed.wait(LIMIT)
    block.open()
    assert log.until("close") == [("close", False)]


def test_a_write_callback_does_not_wait_for_a_blocked_close_listener(service: Lanes) -> None:
    """What is written to a socket that never connects has to be told so."""
    block = service.block()
    client = service.connect(service.serve(echo))
    client.on("close", block)
    outcome: Queue[Any] = Queue()
    client.write(b"never sent", outcome.put)
    client.destroy()
    block.await_entry()
    assert outcome.get(timeout=1).code == "ERR_SOCKET_CLOSED_BEFORE_CONNECTION"


def test_nothing_is_emitted_after_close(service: Lanes, beat: Beat) -> None:
    """Whatever was under way or due when the socket was destroyed."""
    block = service.block()
    logs: list[Log] = []

    def prepare(connection: net.Socket) -> None:
        connection.once("data", block)
        connection.set_timeout(0.02)
        connection.write(b"x" * BIG)

    peer, connection = accepted_by(service, prepare)
    logs.append(Log(connection))
    peer.sendall(b"go")
    block.await_entry()
    peer.sendall(b"more")
    connection.emit("timeout")
    connection.end(b"y", lambda error: None)
    connection.destroy()
    logs[0].until("close")
    block.open()
    exactly_until_end(peer)
    beat(5)
    after = [entry for entry in logs[0].rest() if entry != ("data", b"go")]
    assert after == []


def exactly_until_end(peer: Any) -> None:
    try:
        while peer.recv(1 << 20):
            pass
    except ConnectionResetError:
        pass


def test_a_blocked_connection_listener_delays_neither_accept_nor_others(
    service: Lanes,
) -> None:
    block = service.block()
    arrivals: Queue[net.Socket] = Queue()

    def on_connection(connection: net.Socket) -> None:
        first = arrivals.empty() and not block.entered.is_set()
        arrivals.put(connection)
        echo(connection)
        if first:
            block()

    server = service.serve(on_connection)
    peers = [service.dial(server) for _ in range(10)]
    for _ in peers:
        arrivals.get(timeout=LIMIT)
    assert block.entered.is_set() and not block.left.is_set()
    for peer in peers:
        peer.sendall(b"ping")
        assert exactly(peer, 4) == b"ping"
    block.open()


def test_every_connection_listener_of_a_burst_may_block(service: Lanes) -> None:
    block = service.block()
    entered: Queue[net.Socket] = Queue()

    def on_connection(connection: net.Socket) -> None:
        entered.put(connection)
        block()
        connection.end(b"hello")

    server = service.serve(on_connection)
    peers = [service.dial(server) for _ in range(50)]
    for _ in peers:
        entered.get(timeout=LIMIT)
    assert server.connections == 50
    block.open()
    for peer in peers:
        assert exactly(peer, 5) == b"hello"


# Exceptions.


class Failure(Exception):
    pass


def fail(*_: object) -> None:
    raise Failure("in the listener")


def until_closed(connection: net.Socket) -> bool:
    """Wait for `'close'`; the argument that it has."""
    closed = connection.wait("close", LIMIT)
    assert isinstance(closed, bool)
    return closed


Prepare = Callable[[net.Socket], object]


def on(event: str) -> Prepare:
    return lambda connection: connection.on(event, fail)


def on_drain(connection: net.Socket) -> None:
    connection.on("drain", fail)
    connection.on("data", lambda chunk: connection.write(b"x" * BIG))


def on_written(connection: net.Socket) -> None:
    connection.on("data", lambda chunk: connection.write(chunk, fail))


def on_written_late(connection: net.Socket) -> None:
    connection.on("data", lambda chunk: connection.write(b"x" * BIG, fail))


def on_ended(connection: net.Socket) -> None:
    connection.on("data", lambda chunk: connection.end(chunk, fail))


def on_finish(connection: net.Socket) -> None:
    connection.on("finish", fail)
    connection.on("data", lambda chunk: connection.end(chunk))


def on_timeout(connection: net.Socket) -> None:
    connection.set_timeout(0.02, fail)


def on_readable(connection: net.Socket) -> None:
    connection.on("readable", fail)


PREPARATIONS: dict[str, Prepare] = {
    "connection": fail,
    "data": on("data"),
    "data twice": lambda connection: connection.on("data", lambda chunk: None).on("data", fail),
    "readable": on_readable,
    "end": lambda connection: connection.on("end", fail).resume(),
    "drain": on_drain,
    "finish": on_finish,
    "write callback": on_written,
    "late write callback": on_written_late,
    "end callback": on_ended,
    "timeout": on_timeout,
}


@pytest.mark.parametrize("heard", [False, True], ids=["unheard", "heard"])
@pytest.mark.parametrize("where", PREPARATIONS)
def test_an_exception_destroys_its_socket_and_is_reported_once(
    service: Lanes,
    beat: Beat,
    reported: list[BaseException],
    where: str,
    heard: bool,
) -> None:
    told: list[BaseException] = []
    closed: Queue[tuple[net.Socket, bool]] = Queue()

    def on_connection(connection: net.Socket) -> None:
        if not bystander:
            bystander.append(connection)
            echo(connection)
            return
        if heard:
            connection.on("error", told.append)
        connection.on("close", lambda had_error: closed.put((connection, had_error)))
        PREPARATIONS[where](connection)

    bystander: list[net.Socket] = []
    server = service.serve(on_connection)
    other = service.dial(server)
    other.sendall(b"ping")
    assert exactly(other, 4) == b"ping"
    peer = service.dial(server)
    if where != "timeout":
        peer.sendall(b"go")
    if where == "end":
        peer.shutdown(socket.SHUT_WR)
    exactly_until_end(peer)
    connection, had_error = closed.get(timeout=LIMIT)
    assert had_error
    (failure,) = reported
    reported.clear()
    assert isinstance(failure, Failure)
    assert connection.errored is failure
    assert told == ([failure] if heard else [])
    other.sendall(b"ping")
    assert exactly(other, 4) == b"ping"
    newcomer = service.dial(server)
    newcomer.close()
    beat()
    # The newcomer's own listener may fail as well; that is its own.
    if where in ("connection", "end", "readable"):
        closed.get(timeout=LIMIT)
    reported.clear()


def test_an_exception_of_an_error_listener(
    service: Lanes, beat: Beat, reported: list[BaseException]
) -> None:
    first = ConnectionAbortedError("by the test")
    closed: Queue[bool] = Queue()
    _, connection = accepted_by(service, on("error"))
    connection.on("close", closed.put)
    connection.destroy(first)
    assert closed.get(timeout=LIMIT)
    assert connection.errored is first
    (failure,) = reported
    assert isinstance(failure, Failure)
    reported.clear()
    beat()


def test_an_exception_of_a_close_listener(
    service: Lanes, beat: Beat, reported: list[BaseException]
) -> None:
    peer, connection = accepted_by(service, on("close"))
    server = service.servers[-1]
    closed = Event()
    connection.destroy()
    server.close(closed.set)
    assert closed.wait(LIMIT)
    assert peer.recv(1) == b""
    beat()
    (failure,) = reported
    assert isinstance(failure, Failure)
    reported.clear()
    assert server.connections == 0


def test_a_write_callback_comes_although_a_close_listener_fails(
    service: Lanes, beat: Beat, reported: list[BaseException]
) -> None:
    client = service.connect(service.serve(echo))
    client.on("close", fail)
    outcome: Queue[Any] = Queue()
    client.write(b"never sent", outcome.put)
    client.destroy()
    try:
        assert outcome.get(timeout=1).code == "ERR_SOCKET_CLOSED_BEFORE_CONNECTION"
    finally:
        reported.clear()


@pytest.mark.parametrize(
    ("event", "inside"),
    [
        ("connect", False),
        ("ready", False),
        ("lookup", False),
        ("connectionAttempt", False),
        ("lookup", True),
        ("connectionAttempt", True),
    ],
)
def test_an_exception_of_a_listener_of_connecting(
    service: Lanes,
    beat: Beat,
    reported: list[BaseException],
    event: str,
    inside: bool,
) -> None:
    client = net.Socket()
    service.sockets.append(client)
    client.on(event, fail)
    written: Queue[Any] = Queue()
    closed: Queue[bool] = Queue()
    client.on("close", closed.put)

    def look_up(host: str, options: object, callback: Callable[..., None]) -> None:
        if inside:
            callback(None, LOCAL, 4)
        else:
            gevent.get_hub().loop.run_callback(callback, None, LOCAL, 4)

    port = port_of(service.serve(echo))
    client.connect(port=port, host="example.test", lookup=look_up)
    client.write(b"ping", written.put)
    assert closed.get(timeout=2) is True
    beat()
    (failure,) = reported
    reported.clear()
    assert isinstance(failure, Failure)
    assert client.errored is failure
    # It was sent, or it never will be.
    error = written.get(timeout=LIMIT)
    assert error is None if event == "ready" else error is not None


def test_an_exception_of_a_connection_listener_of_another_server(
    service: Lanes, reported: list[BaseException]
) -> None:
    server = service.serve(fail)
    for _ in range(3):
        exactly_until_end(service.dial(server))
    assert server.listening
    assert [type(failure) for failure in reported] == [Failure] * 3
    reported.clear()
    assert server.connections == 0


@pytest.mark.parametrize("event", ["listening", "drop", "close"])
def test_an_exception_of_a_listener_of_the_server(
    service: Lanes, reported: list[BaseException], event: str
) -> None:
    server = net.create_server(echo)
    server.on("connection", service.sockets.append)
    server.on(event, fail)
    service.servers.append(server)
    server.listen(0, LOCAL)
    server.wait("listening", LIMIT)
    server.max_connections = 1
    peer = service.dial(server)
    peer.sendall(b"ping")
    assert exactly(peer, 4) == b"ping"
    if event == "drop":
        exactly_until_end(service.dial(server))
    peer.sendall(b"ping")
    assert exactly(peer, 4) == b"ping"
    peer.close()
    closed = Event()
    server.on("close", closed.set)
    server.prepend_once_listener("close", closed.set)
    server.close()
    assert closed.wait(LIMIT)
    Beat(service)
    assert [type(failure) for failure in reported] == [Failure]
    reported.clear()


def test_the_other_callbacks_are_called_whatever_one_of_them_raises(
    service: Lanes, reported: list[BaseException]
) -> None:
    calls: Queue[int] = Queue()

    def prepare(connection: net.Socket) -> None:
        def on_data(chunk: bytes) -> None:
            for number in range(4):

                def written(error: object, number: int = number) -> None:
                    calls.put(number)
                    if number in (0, 2):
                        fail()

                connection.write(b"x", written)

        connection.on("data", on_data)

    peer, connection = accepted_by(service, prepare)
    peer.sendall(b"go")
    assert [calls.get(timeout=LIMIT) for _ in range(4)] == [0, 1, 2, 3]
    assert until_closed(connection)
    assert connection.errored is reported[0]
    assert [type(failure) for failure in reported] == [Failure, Failure]
    reported.clear()


def test_a_timeout_of_gevent_counts_as_an_error(
    service: Lanes, beat: Beat, reported: list[BaseException]
) -> None:
    told: Queue[BaseException] = Queue()

    def prepare(connection: net.Socket) -> None:
        def on_data(chunk: bytes) -> None:
            with gevent.Timeout(0.01):
                Event().wait()

        connection.on("data", on_data)
        connection.on("error", told.put)

    peer, connection = accepted_by(service, prepare)
    peer.sendall(b"go")
    failure = told.get(timeout=LIMIT)
    assert isinstance(failure, gevent.Timeout)
    assert until_closed(connection)
    assert connection.errored is failure
    assert reported == [failure]
    reported.clear()
    beat()


@pytest.mark.parametrize("blocking", [False, True], ids=["at once", "after blocking"])
def test_greenlet_exit_destroys_without_an_error(
    service: Lanes, beat: Beat, blocking: bool
) -> None:
    def on_data(chunk: bytes) -> None:
        if blocking:
            gevent.sleep(0)
        raise gevent.GreenletExit

    peer, connection = accepted_by(service, lambda connection: connection.on("data", on_data))
    log = Log(connection, "error", "close")
    peer.sendall(b"go")
    assert log.next() == ("close", False)
    assert connection.errored is None
    beat()


FATE = """
import sys
import gevent
import geventnet as net

where, blocking, error, catch = sys.argv[1], sys.argv[2] == "1", eval(sys.argv[3]), sys.argv[4]

def fail(*_):
    if blocking:
        gevent.sleep(0)
    raise error

def on_connection(connection):
    connection.on("error", lambda raised: print("error", type(raised).__name__, flush=True))
    connection.on("close", lambda had_error: print("close", had_error, flush=True))
    if where == "data":
        connection.on("data", fail)
    elif where == "write callback":
        connection.write(b"x", fail)
    elif where == "connection":
        fail()
    else:
        connection.set_timeout(0.001, fail)

server = net.create_server(on_connection)
server.listen(0, "127.0.0.1")
server.wait("listening")
peer = net.connect(server.address().port, "127.0.0.1")
peer.on("data", lambda chunk: None)
peer.write(b"go")
if catch == "catch":
    try:
        net.run()
    except BaseException as caught:
        print("main", type(caught).__name__, flush=True)
    echo = net.create_server(lambda connection: connection.pipe(connection))
    echo.listen(0, "127.0.0.1")
    echo.wait("listening")
    client = net.connect(echo.address().port, "127.0.0.1")
    client.write(b"still here")
    client.once("data", lambda chunk: (print(chunk.decode(), flush=True), client.end()))
    client.wait("close")
    echo.close()
    server.close()
net.run()
print("the end")
"""


def fate(*arguments: str) -> tuple[int, str, str]:
    return finished("-c", FATE, *arguments)


@pytest.mark.parametrize("blocking", "01")
@pytest.mark.parametrize("where", ["data", "write callback", "connection", "timeout"])
def test_system_exit_ends_the_program_with_its_code(where: str, blocking: str) -> None:
    code, out, err = fate(where, blocking, "SystemExit(7)", "")
    assert (code, "the end" in out) == (7, False)
    assert "Traceback" not in err


@pytest.mark.parametrize("blocking", "01")
def test_keyboard_interrupt_ends_the_program(blocking: str) -> None:
    code, out, err = fate("data", blocking, "KeyboardInterrupt()", "")
    assert code in (1, 130, -2)
    assert "the end" not in out
    assert "KeyboardInterrupt" in err


@pytest.mark.parametrize("blocking", "01")
@pytest.mark.parametrize("error", ["SystemExit", "KeyboardInterrupt"])
def test_a_program_that_catches_them_goes_on(error: str, blocking: str) -> None:
    code, out, _ = fate("data", blocking, f"{error}()", "catch")
    assert code == 0
    assert set(out.splitlines()) == {
        f"main {error}",
        f"error {error}",
        "close True",
        "still here",
        "the end",
    }
