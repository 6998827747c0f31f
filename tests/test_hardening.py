"""Floods, starved systems and peers that mean no good."""

from __future__ import annotations

import _socket
import gc
import os
import random
import tracemalloc
import weakref
from base64 import b64decode
from collections.abc import Callable
from time import monotonic
from typing import Any

import gevent
import pytest
from gevent import monkey, socket
from gevent.event import Event
from gevent.queue import Queue
from support.peers import beat, exactly, poll, reset
from support.programs import Program, finished
from support.service import LIMIT, LOCAL, Service, port_of

import geventnet as net

#: An event of the tests' own.
AGAIN = net.EventName("again")

pytestmark = pytest.mark.usefixtures("reported")


def drained(peer: Any) -> bytes:
    """What the peer receives up to the end, or the reset."""
    data = bytearray()
    try:
        while chunk := peer.recv(1 << 20):
            data += chunk
    except ConnectionError:
        pass
    return bytes(data)


def echo(connection: net.Socket) -> None:
    connection.on("data", connection.write)


# Fairness.


FLOOD = """
import socket, sys, threading

def flood():
    with socket.create_connection(("127.0.0.1", int(sys.argv[1])), 20) as sock:
        threading.Thread(target=discard, args=(sock,), daemon=True).start()
        block = b"x" * 65536
        try:
            while True:
                sock.sendall(block)
        except OSError:
            pass

def discard(sock):
    try:
        while sock.recv(1 << 20):
            pass
    except OSError:
        pass

threads = [threading.Thread(target=flood) for _ in range(4)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
"""


def test_floods_do_not_starve_small_echoes(service: Service) -> None:
    arrived: Queue[net.Socket] = Queue()

    def on_connection(connection: net.Socket) -> None:
        arrived.put(connection)
        echo(connection)

    server = service.serve(on_connection)
    small = service.dial(server)
    arrived.get(timeout=LIMIT)
    address: Any = server.address()
    with Program("-c", FLOOD, address.port) as flooder:
        floods = [arrived.get(timeout=LIMIT) for _ in range(4)]
        while min(connection.bytes_read for connection in floods) < 1 << 20:
            beat(small)
        before = [connection.bytes_read for connection in floods]
        longest = 0.0
        for _ in range(50):
            begin = monotonic()
            beat(small)
            longest = max(longest, monotonic() - begin)
        # A step is bounded: an echo waits for a few of them, not for a flood to end.
        assert longest < 1.0
        # The floods go on as well, as soon as the system lets the flooder run.
        with gevent.Timeout(LIMIT):
            for connection, size in zip(floods, before, strict=True):
                while connection.bytes_read <= size:
                    beat(small)
        for connection in floods:
            connection.destroy()
        assert flooder.wait(LIMIT) == 0


def test_a_write_callback_that_writes_for_ever_does_not_starve_others(service: Service) -> None:
    written = 0

    def on_connection(connection: net.Socket) -> None:
        def again(error: object) -> None:
            nonlocal written
            if error is None and not connection.destroyed:
                written += 1
                connection.write(b"x", again)

        def on_data(chunk: bytes) -> None:
            if chunk == b"for ever":
                connection.write(b"x", again)
            else:
                connection.write(chunk)

        connection.on("data", on_data)

    server = service.serve(on_connection)
    loud, small = service.dial(server), service.dial(server)
    loud.sendall(b"for ever")
    reader = gevent.spawn(drained, loud)
    for _ in range(50):
        beat(small)
    before = written
    beat(small)
    assert written > before > 0
    service.dial(server)
    # Its own end is not starved either.
    loud.shutdown(socket.SHUT_WR)
    reader.join(LIMIT)
    assert reader.ready()


def test_a_listener_that_defers_for_ever_does_not_starve_others(service: Service) -> None:
    asked = 0
    server = service.serve(echo)
    peer = service.dial(server)
    beat(peer)
    stop = Event()

    def again(error: object, count: int) -> None:
        nonlocal asked
        asked += 1
        if not stop.is_set():
            server.get_connections(again)

    server.get_connections(again)
    for _ in range(20):
        beat(peer)
    assert asked > 20
    stop.set()


def test_a_listener_that_emits_and_listens_recursively(
    service: Service, reported: list[BaseException]
) -> None:
    depth = 0

    def on_connection(connection: net.Socket) -> None:
        def on_data(chunk: bytes) -> None:
            nonlocal depth
            if chunk == b"bounded":
                connection.once(AGAIN, lambda left: again(left))
                connection.emit(AGAIN, 100)
                connection.write(b"done")
            elif chunk == b"ping":
                connection.write(chunk)
            else:
                connection.emit("data", chunk)

        def again(left: int) -> None:
            nonlocal depth
            depth += 1
            if left:
                connection.once(AGAIN, again)
                connection.emit(AGAIN, left - 1)

        connection.on("data", on_data)

    server = service.serve(on_connection)
    peer = service.dial(server)
    peer.sendall(b"bounded")
    assert exactly(peer, 4) == b"done"
    assert depth == 101
    assert service.sockets[0].event_names() == ["data"]
    endless = service.dial(server)
    endless.sendall(b"endless")
    assert drained(endless) == b""
    (failure,) = reported
    reported.clear()
    assert isinstance(failure, RecursionError)
    beat(peer)


# Descriptors.


def test_a_descriptor_that_is_used_again_at_once(service: Service) -> None:
    """A number that belonged to a destroyed connection is the next one's, in the same batch."""
    numbers: list[int] = []

    def on_connection(connection: net.Socket) -> None:
        numbers.append(connection.fileno())
        name = b"%d" % len(service.sockets)

        def on_data(chunk: bytes) -> None:
            connection.write(name)
            connection.destroy()

        connection.on("data", on_data)

    server = service.serve(on_connection)
    for round in range(20):
        peers = [service.dial(server) for _ in range(5)]
        for peer in peers:
            peer.send(b"x")
        for index, peer in enumerate(peers):
            assert drained(peer) == b"%d" % (5 * round + index + 1)
            peer.close()
        service.peers.clear()
    assert len(set(numbers)) < len(numbers)


def test_a_number_that_the_listener_itself_opens_again(service: Service) -> None:
    """The listener closes the descriptor and has it again, for something else, when it returns."""
    pipes: list[int] = []
    numbers: list[int] = []

    def on_connection(connection: net.Socket) -> None:
        def on_data(chunk: bytes) -> None:
            if chunk == b"ping":
                connection.write(chunk)
                return
            numbers.append(connection.fileno())
            connection.destroy()
            pipes.extend(os.pipe())
            os.write(pipes[-1], b"not the connection's")

        connection.on("data", on_data)

    server = service.serve(on_connection)
    other = service.dial(server)
    beat(other)
    try:
        peer = service.dial(server)
        peer.sendall(b"destroy")
        assert drained(peer) == b""
        for _ in range(3):
            beat(other)
        assert numbers[0] in pipes
        assert os.read(pipes[0], 100) == b"not the connection's"
    finally:
        for number in pipes:
            os.close(number)


def test_connections_that_are_closed_by_anothers_listener(service: Service) -> None:
    """All are ready in one batch; the first to run destroys the others."""
    ran: list[net.Socket] = []
    events: Queue[str] = Queue()

    def on_connection(connection: net.Socket) -> None:
        connection.on("close", lambda had_error: events.put("close"))
        ready.put(connection)

        def on_data(chunk: bytes) -> None:
            ran.append(connection)
            for other in service.sockets:
                if other is not connection:
                    other.destroy()

        connection.on("data", on_data)

    ready: Queue[net.Socket] = Queue()
    server = service.serve(on_connection)
    peers = [service.dial(server) for _ in range(10)]
    for _ in peers:
        ready.get(timeout=LIMIT)
    for peer in peers:
        peer.send(b"x")
    for _ in range(9):
        assert events.get(timeout=LIMIT) == "close"
    assert len(ran) == 1
    assert not ran[0].destroyed
    newcomer = service.dial(server)
    ready.get(timeout=LIMIT)
    newcomer.send(b"x")
    assert events.get(timeout=LIMIT) == "close"


def test_a_server_that_is_closed_in_a_burst_of_connections(service: Service) -> None:
    closed = Event()

    def on_connection(connection: net.Socket) -> None:
        connection.on("error", lambda error: None)
        connection.end(b"hello")
        connection.resume()
        if server.listening:
            server.close(closed.set)

    server = service.serve(on_connection)
    address: Any = server.address()
    # No iteration of the loop until all of them are in the queue.
    peers = []
    for _ in range(20):
        sock = _socket.socket(_socket.AF_INET, _socket.SOCK_STREAM)
        sock.setblocking(False)
        sock.connect_ex((LOCAL, address.port))
        peers.append(socket.socket(fileno=sock.detach()))
        peers[-1].settimeout(LIMIT)
    service.peers.extend(peers)
    answers = [drained(peer) for peer in peers]
    for peer in peers:
        peer.close()
    assert closed.wait(LIMIT)
    assert not server.listening
    assert server.connections == 0
    assert answers[0] == b"hello"
    assert set(answers) <= {b"hello", b""}
    assert answers.count(b"hello") == len(service.sockets)


def test_a_server_that_listens_again_in_its_own_burst(service: Service) -> None:
    """The new descriptor may well have the old one's number."""
    again = Event()

    def on_connection(connection: net.Socket) -> None:
        if not again.is_set():
            again.set()
            server.close()
            server.listen(0, LOCAL)
        echo(connection)

    server = service.serve(on_connection)
    first = service.dial(server)
    assert again.wait(LIMIT)
    server.wait("listening", LIMIT)
    second = service.dial(server)
    beat(first)
    beat(second)


EXHAUSTED = """
import os, resource, sys
import gevent
from gevent import socket, subprocess
import geventnet as net

mode = sys.argv[1]
accepted = []

def on_connection(connection):
    accepted.append(connection)
    connection.on("data", lambda chunk: connection.end(chunk))

server = net.create_server(on_connection)
server.on("error", lambda error: print("server error", error, flush=True))
server.listen(0, "127.0.0.1")
server.wait("listening")
peers = [socket.socket() for _ in range(5)]
gevent.sleep(0)
taken = []
resource.setrlimit(resource.RLIMIT_NOFILE, (100, 100))
try:
    while True:
        taken.append(os.dup(0))
except OSError:
    pass
for peer in peers:
    peer.connect(("127.0.0.1", server.address().port))
    peer.sendall(b"ping")

# Turns in which nothing can be accepted; they must not be a busy loop.
before = os.times()
pause = gevent.spawn(gevent.sleep, 0.3)
pause.join()
after = os.times()
spent = after.user + after.system - before.user - before.system
print("accepted", len(accepted), "busy" if spent > 0.15 else "resting", flush=True)

if mode == "run":
    # Nothing else keeps the program running than the server itself.
    timer = gevent.get_hub().loop.timer(0.3, ref=False)
    timer.start(lambda: [os.close(fd) for fd in taken])

    def on_connection_then(connection):
        if len(accepted) == 5:
            server.close()

    server.on("connection", on_connection_then)
    for peer in peers:
        peer.shutdown(socket.SHUT_WR)
    net.run()
    print("accepted", len(accepted), flush=True)
else:
    for fd in taken:
        os.close(fd)
    for peer in peers:
        peer.settimeout(20)
        assert peer.recv(4) == b"ping", "no answer"
        peer.close()
    print("accepted", len(accepted), flush=True)
    server.close()
    server.wait("close")
"""


def exhausted(mode: str) -> tuple[int, list[str], str]:
    status, output, errors = finished("-c", EXHAUSTED, mode)
    return status, output.splitlines(), errors


def test_connections_are_taken_when_descriptors_come_back() -> None:
    assert exhausted("wait") == (0, ["accepted 0 resting", "accepted 5"], "")


@pytest.mark.skipif(
    os.environ.get("GEVENT_LOOP", "").startswith("libuv"),
    reason="on libuv, what is unref'd does not always leave the loop as it should",
)
def test_a_server_that_rests_for_want_of_descriptors_keeps_the_program_running() -> None:
    assert exhausted("run") == (0, ["accepted 0 resting", "accepted 5"], "")


# Peers that mean no good.


STAGES: dict[str, Callable[[Any], object]] = {
    "at once": lambda peer: None,
    "after sending": lambda peer: peer.send(b"x"),
    "in the middle of much": lambda peer: peer.send(b"x" * 100_000),
    "half closed": lambda peer: (peer.send(b"x"), peer.shutdown(socket.SHUT_WR)),
    "having read": lambda peer: (peer.sendall(b"x"), exactly(peer, 1)),
    "not having read": lambda peer: peer.sendall(b"much"),
    "having read some": lambda peer: (peer.sendall(b"much"), exactly(peer, 1000)),
}


@pytest.mark.parametrize("heard", [False, True], ids=["unheard", "heard"])
@pytest.mark.parametrize("stage", STAGES)
def test_a_peer_that_resets(service: Service, stage: str, heard: bool) -> None:
    """Nothing is reported: clients disconnect all the time."""
    told: list[BaseException] = []
    closes: Queue[bool] = Queue()

    def on_connection(connection: net.Socket) -> None:
        if heard:
            connection.on("error", told.append)
        connection.on("close", closes.put)

        def on_data(chunk: bytes) -> None:
            connection.write(b"y" * (1 << 22) if chunk == b"much" else chunk)

        connection.on("data", on_data)

    server = service.serve(on_connection)
    for _ in range(10):
        peer = service.dial(server)
        STAGES[stage](peer)
        reset(peer)
    for _ in range(10):
        closes.get(timeout=LIMIT)
    assert {getattr(error, "code", None) for error in told} <= {"ECONNRESET", "EPIPE"}
    assert len(told) <= 10
    service.peers.clear()
    service.close(server)


def test_a_peer_that_resets_while_a_listener_is_blocked(service: Service) -> None:
    gate = Event()
    closes: Queue[bool] = Queue()
    entered = Event()

    def on_connection(connection: net.Socket) -> None:
        connection.on("close", closes.put)

        def on_data(chunk: bytes) -> None:
            entered.set()
            gate.wait()
            connection.write(b"into the void")
            connection.write(b"and again")

        connection.on("data", on_data)

    server = service.serve(on_connection)
    peer = service.dial(server)
    peer.sendall(b"x")
    assert entered.wait(LIMIT)
    reset(peer)
    gate.set()
    assert closes.get(timeout=LIMIT) is True


def test_a_peer_that_resets_what_connects_to_it() -> None:
    """The library is the client of a listener that resets everybody."""
    listener = socket.socket()
    listener.bind((LOCAL, 0))
    listener.listen()

    def resetter() -> None:
        for _ in range(10):
            reset(listener.accept()[0])

    greenlet = gevent.spawn(resetter)
    outcomes: Queue[Any] = Queue()
    for number in range(10):
        client = net.connect(listener.getsockname()[1], LOCAL)
        client.on("error", lambda error: outcomes.put(error))
        client.on("close", lambda had_error: outcomes.put("close"))
        if number % 2:
            client.write(b"hello")
        client.resume()
    closes = 0
    while closes < 10:
        outcome = outcomes.get(timeout=LIMIT)
        if outcome == "close":
            closes += 1
        else:
            assert outcome.code in ("ECONNRESET", "EPIPE")
    greenlet.join(LIMIT)
    listener.close()


def test_half_open_floods(service: Service) -> None:
    """Peers that connect, say nothing, and are many; the others are served."""
    server = service.serve(echo)
    idle = [service.dial(server) for _ in range(300)]
    lively = service.dial(server)
    for _ in range(5):
        beat(lively)
    assert server.connections == 301
    for index, peer in enumerate(idle):
        if index % 3 == 0:
            reset(peer)
        elif index % 3 == 1:
            peer.shutdown(socket.SHUT_WR)
        else:
            peer.close()
    lively.close()
    service.close(server)


def test_peers_that_are_dropped_at_the_limit(service: Service) -> None:
    drops: Queue[Any] = Queue()
    server = service.serve(echo)
    server.on("drop", drops.put)
    server.max_connections = 2
    taken = [service.dial(server) for _ in range(2)]
    for peer in taken:
        beat(peer)
    for index in range(100):
        peer = service.dial(server)
        if index % 2:
            reset(peer)
        else:
            peer.close()
    for _ in range(100):
        drops.get(timeout=LIMIT)
    for peer in taken:
        beat(peer)
    service.peers = taken


def test_peers_that_never_read(service: Service) -> None:
    """What is written for them waits; it costs the others nothing, and is gone with them."""
    calls: Queue[BaseException | None] = Queue()
    closes: Queue[bool] = Queue()

    def on_connection(connection: net.Socket) -> None:
        connection.on("close", closes.put)
        connection.on("error", lambda error: None)

        def on_data(chunk: bytes) -> None:
            if chunk == b"ping":
                connection.write(chunk)
                return
            for _ in range(4):
                connection.write(b"x" * (1 << 22), lambda error: calls.put(error))
            assert connection.writable_need_drain
            assert connection.writable_length > 1 << 22

        connection.on("data", on_data)

    server = service.serve(on_connection)
    deaf = [service.dial(server) for _ in range(3)]
    small = service.dial(server)
    for peer in deaf:
        peer.sendall(b"much")
    for _ in range(20):
        beat(small)
    assert calls.empty() or calls.qsize() < 12
    for peer in deaf:
        reset(peer)
    for _ in range(3):
        closes.get(timeout=LIMIT)
    outcomes = [calls.get(timeout=LIMIT) for _ in range(12)]
    assert any(outcome is not None for outcome in outcomes)
    beat(small)


def test_ten_thousand_tiny_chunks(service: Service) -> None:
    received = bytearray()
    ended = Event()

    def on_connection(connection: net.Socket) -> None:
        connection.on("data", received.extend)
        connection.on("end", ended.set)

    peer = service.dial(service.serve(on_connection))
    peer.setsockopt(_socket.IPPROTO_TCP, _socket.TCP_NODELAY, 1)
    sent = bytes(number % 256 for number in range(10_000))
    for number in range(10_000):
        peer.sendall(sent[number : number + 1])
    peer.shutdown(socket.SHUT_WR)
    assert ended.wait(LIMIT)
    assert bytes(received) == sent


def test_ten_thousand_tiny_writes_with_callbacks(service: Service) -> None:
    called: list[int] = []
    finished = Event()

    def on_connection(connection: net.Socket) -> None:
        for number in range(10_000):
            connection.write(
                bytes([number % 256]), lambda error, number=number: called.append(number)
            )
        connection.end(finished.set)

    peer = service.dial(service.serve(on_connection))
    assert drained(peer) == bytes(number % 256 for number in range(10_000))
    assert finished.wait(LIMIT)
    assert called == list(range(10_000))


@pytest.mark.parametrize("encoding", [None, "utf8", "utf16le", "hex", "base64"])
def test_garbage_for_every_decoder(service: Service, encoding: str | None) -> None:
    """Whatever arrives is decoded, or replaced, and never raises in the hub."""
    noise = random.Random(7).randbytes(200_000)
    ended = Event()
    chunks: list[bytes | str] = []

    def on_connection(connection: net.Socket) -> None:
        if encoding is not None:
            connection.set_encoding(encoding)
        connection.on("data", chunks.append)
        connection.on("end", ended.set)

    server = service.serve(on_connection)
    peer = service.dial(server)
    step = 1
    rest = noise
    while rest:
        peer.sendall(rest[:step])
        rest = rest[step:]
        step = step * 2 + 1
    peer.shutdown(socket.SHUT_WR)
    assert ended.wait(LIMIT)
    assert service.sockets[0].bytes_read == len(noise)
    if encoding is None:
        assert b"".join(chunk for chunk in chunks if isinstance(chunk, bytes)) == noise
    elif encoding in ("hex", "base64"):
        text = "".join(chunk for chunk in chunks if isinstance(chunk, str))
        assert (bytes.fromhex(text) if encoding == "hex" else b64decode(text)) == noise
    else:
        assert all(isinstance(chunk, str) for chunk in chunks)


def test_urgent_data_harms_nobody(service: Service) -> None:
    server = service.serve(echo)
    peer = service.dial(server)
    peer.send(b"!", _socket.MSG_OOB)
    peer.sendall(b"ping")
    assert exactly(peer, 4) in (b"ping", b"!pin")
    other = service.dial(server)
    beat(other)


def test_connections_that_come_and_go_in_a_storm(service: Service) -> None:
    """Every way of coming and going at once; the fixture looks for what is left."""
    chance = random.Random(11)

    def on_connection(connection: net.Socket) -> None:
        connection.on("error", lambda error: None)
        kind = chance.randrange(6)

        def on_data(chunk: bytes) -> None:
            if kind == 0:
                gevent.sleep(0)
                connection.end(chunk)
            elif kind == 1:
                connection.destroy()
            elif kind == 2:
                connection.end(b"x" * 100_000)
            elif kind == 3:
                connection.reset_and_destroy()
            elif kind == 4:
                connection.write(chunk, lambda error: connection.destroy())
            else:
                connection.set_timeout(0.001, connection.destroy)

        if kind == 5:
            connection.pause()
            gevent.sleep(0)
            connection.resume()
        connection.on("data", on_data)

    server = service.serve(on_connection)
    outcomes = {"reset": 0, "read": 0, "closed": 0}

    def visit(number: int) -> None:
        way = ("reset", "read", "closed")[number % 3]
        try:
            peer = service.dial(server)
            peer.sendall(b"x" * (1 + number * 37 % 5000))
            if way == "read":
                drained(peer)
            if way == "reset":
                reset(peer)
            else:
                peer.close()
        except ConnectionError:
            pass
        outcomes[way] += 1

    visitors = [gevent.spawn(visit, number) for number in range(200)]
    gevent.joinall(visitors, LIMIT, raise_error=True)
    assert sum(outcomes.values()) == 200
    service.peers.clear()
    service.close(server)


DEEP = """
import os, sys
import gevent
import gevent.event
from gevent import socket
import geventnet as net

gevent.get_hub().handle_error = lambda *_: None
accepted = []
room = 0

def deep(levels, function):
    return deep(levels - 1, function) if levels else function()

def on_connection(connection):
    accepted.append(connection)
    connection.on("error", lambda error: None)

    def on_data(chunk):
        frame, depth = sys._getframe(), 0
        while frame:
            frame, depth = frame.f_back, depth + 1
        deep(sys.getrecursionlimit() - depth - room - 2, connection.destroy)

    connection.on("data", on_data)

server = net.create_server(on_connection)
server.listen(0, "127.0.0.1")
server.wait("listening")
for room in range(1, 40):
    with socket.create_connection(("127.0.0.1", server.address().port), 2) as peer:
        peer.sendall(b"x")
        try:
            assert peer.recv(1) == b""
        except TimeoutError:
            print("silence with room for", room, "calls", flush=True)
            os._exit(1)
closed = gevent.event.Event()
server.close(closed.set)
print("closed" if closed.wait(2) else f"{server.connections} connections for ever", flush=True)
os._exit(0)
"""


def test_a_listener_that_destroys_with_no_room_on_the_stack() -> None:
    """Wherever the `RecursionError` strikes, the descriptor is closed and nothing is counted."""
    assert finished("-c", DEEP)[:2] == (0, "closed\n")


# What is left behind.


def test_what_was_in_the_last_batch_is_not_kept() -> None:
    closed = Event()
    server = net.create_server().listen(0, LOCAL)
    server.wait("listening", LIMIT)

    def listener(sock: net.Socket) -> None:
        sock.destroy()
        server_of(sock).close()

    ref = weakref.ref(server)

    def server_of(_: net.Socket) -> net.Server:
        server = ref()
        assert server is not None
        return server

    server.on("connection", listener)
    server.on("connection", lambda sock: sock.on("close", closed.set))
    peer = socket.create_connection((LOCAL, port_of(server)))
    del server
    assert closed.wait(LIMIT)
    gevent.idle()
    gc.collect()
    assert ref() is None
    peer.close()


# Descriptors that somebody else has closed. (libev aborts if that comes before its first poll.)

# gevent's would be told of the watchers, and wait for them.
close = monkey.get_original("os", "close")


def test_a_socket_whose_descriptor_was_closed_closes() -> None:
    near, far = socket.socketpair()
    sock = net.Socket(fd=near.detach())
    closed: list[object] = []
    sock.on("close", closed.append)
    poll()
    close(sock.fileno())
    sock.destroy()
    sock.wait("close", LIMIT)
    assert closed == [False]
    far.close()


@pytest.mark.skipif(
    os.environ.get("GEVENT_LOOP", "").startswith("libuv"),
    reason="libuv aborts when it finds that a descriptor which it polls is closed",
)
def test_a_socket_whose_descriptor_was_closed_can_be_written_to() -> None:
    near, far = socket.socketpair()
    sock = net.Socket(fd=near.detach())
    failed: list[Exception] = []
    closed = Event()
    sock.on("error", failed.append)
    sock.on("close", lambda _: closed.set())
    poll()
    close(sock.fileno())
    sock.write(b"x")
    assert closed.wait(LIMIT)
    assert [getattr(error, "code", error) for error in failed] == ["EBADF"]
    assert sock.closed
    far.close()


def test_a_server_whose_descriptor_was_closed_closes() -> None:
    server = net.create_server().listen(0, "127.0.0.1")
    server.wait("listening", LIMIT)
    poll()
    close(server.fileno())
    told: list[object] = []
    server.close(told.append)
    server.wait("close", LIMIT)
    assert told == [None]
    assert not server.listening


def test_a_connection_attempt_whose_descriptor_was_closed_closes() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        sock = net.connect(listener.getsockname()[1], "127.0.0.1")
        while sock.fileno() < 0 and not sock.destroyed:
            gevent.sleep(0)
        poll()
        close(sock.fileno())
        sock.destroy()
        sock.wait("close", LIMIT)
        assert sock.closed


# Memory.


def traced(function: Callable[[], object]) -> int:
    """How many bytes of memory are held after `function` that were not before."""
    gc.collect()
    tracemalloc.start()
    try:
        before, _ = tracemalloc.get_traced_memory()
        function()
        gc.collect()
        return tracemalloc.get_traced_memory()[0] - before
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("size", [1, 2, 40])
def test_many_tiny_chunks_that_wait_to_be_read_cost_little(size: int) -> None:
    near, far = socket.socketpair()
    sock = net.Socket(fd=near.detach(), high_water_mark=1 << 20)
    sock.pause()
    sock.read(0)
    sent = random.Random(size).randbytes(8192)

    def receive() -> None:
        for start in range(0, len(sent), size):
            far.send(sent[start : start + size])
            while sock.readable_length < min(start + size, len(sent)):
                poll()

    receive_all = traced(receive)
    assert sock.readable_length == len(sent)
    assert receive_all < 4 * len(sent) + 16384
    assert sock.recv_exactly(len(sent)) == sent
    far.close()
    sock.destroy()
    sock.wait("close", LIMIT)


def test_a_few_small_chunks_are_read_as_they_came() -> None:
    near, far = socket.socketpair()
    sock = net.Socket(fd=near.detach())
    sock.pause()
    sock.read(0)
    for number in range(3):
        far.send(b"%d" % number)
        while sock.readable_length < number + 1:
            poll()
    chunks: list[bytes] = []
    sock.on("data", chunks.append)
    sock.resume()
    while len(chunks) < 3:
        poll()
    assert chunks == [b"0", b"1", b"2"]
    far.close()
    sock.wait("close", LIMIT)


def test_many_tiny_writes_that_wait_cost_little() -> None:
    near, far = socket.socketpair()
    sock = net.Socket(fd=near.detach())
    while sock.write(bytes(65536)):
        pass
    sent = random.Random(3).randbytes(16384)
    waiting = sock.writable_length

    def write() -> None:
        for start in range(0, len(sent), 2):
            sock.write(sent[start : start + 2])

    assert traced(write) < 4 * len(sent)
    assert sock.writable_length == waiting + len(sent)
    told: list[object] = []
    sock.write(b"with a callback", told.append)
    written = sock.bytes_written
    sock.end(b"the end")
    received = b""
    far.settimeout(LIMIT)
    while chunk := far.recv(1 << 20):
        received += chunk
    assert received.endswith(sent + b"with a callback" + b"the end")
    assert len(received) == written + len(b"the end")
    assert told == [None]
    far.close()
    sock.wait("close", LIMIT)
