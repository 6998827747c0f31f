"""Bytes that go through a pipe between two Sockets by `os.splice` are those that came."""

from __future__ import annotations

import errno
import os
import random
import stat
import struct
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from time import monotonic
from typing import Any

import gevent
import pytest
from gevent import socket
from gevent.event import Event
from support.peers import exactly

import geventnet as net

pytestmark = [
    pytest.mark.usefixtures("reported"),
    pytest.mark.skipif(
        sys.platform != "linux" or not hasattr(os, "splice"), reason="the system has no splice()"
    ),
]

LOCAL = "127.0.0.1"
LIMIT = 20.0
MIB = 1 << 20
#: Lets the loop do what is due, and the processor rest when that is nothing (seconds).
_TURN = 0.0005


class Splices:
    """What goes through `os.splice`, and a place to interfere with it."""

    def __init__(self) -> None:
        self._splice = os.splice
        self.taken = 0
        self.given = 0
        #: Whether the last one that took bytes has taken as many as it might.
        self.filled = False
        #: Called with the number of the descriptor that is given to, before it is.
        self.before: Callable[[int], object] = lambda destination: None

    def __call__(self, source: int, destination: int, count: int, **options: Any) -> int:
        self.before(destination)
        moved = self._splice(source, destination, count, **options)
        if stat.S_ISFIFO(os.fstat(destination).st_mode):
            self.taken += moved
            self.filled = moved == count
        else:
            self.given += moved
        return moved


@pytest.fixture
def splices(monkeypatch: pytest.MonkeyPatch) -> Splices:
    splices = Splices()
    monkeypatch.setattr(os, "splice", splices)
    return splices


class Ends:
    """Sockets and the peers, which are sockets of gevent, that they are connected to."""

    def __init__(self) -> None:
        self.open: list[Any] = []

    def pair(self, unix: bool = False, **options: Any) -> tuple[Any, net.Socket]:
        if unix:
            peer, other = socket.socketpair(socket.AF_UNIX)
        else:
            with socket.create_server((LOCAL, 0)) as listener:
                peer = socket.create_connection(listener.getsockname(), LIMIT)
                other, _ = listener.accept()
        peer.settimeout(LIMIT)
        connection = net.Socket(fd=other.detach(), **options)
        self.open += [peer, connection]
        return peer, connection

    def close(self) -> None:
        for one in self.open:
            if isinstance(one, net.Socket):
                one.destroy()
                one.wait("close", LIMIT)
            else:
                one.close()


@pytest.fixture
def ends() -> Iterator[Ends]:
    ends = Ends()
    yield ends
    ends.close()


def content(size: int, seed: int = 1) -> bytes:
    """Random bytes, which begin again after a number of them that is no size of a buffer."""
    pattern = random.Random(seed).randbytes(MIB // 4 + 7)
    return (pattern * (size // len(pattern) + 1))[:size]


def send(peer: Any, data: bytes, end: bool = True) -> Any:
    def run() -> None:
        # A test that is over, or that cuts the connection, closes it under this greenlet.
        with suppress(OSError):
            peer.sendall(data)
            if end:
                peer.shutdown(socket.SHUT_WR)

    return gevent.spawn(run)


def to_end(peer: Any) -> bytes:
    data = bytearray()
    while chunk := peer.recv(MIB):
        data += chunk
    return bytes(data)


def until(condition: Callable[[], bool]) -> None:
    """Let the loop turn until `condition()`."""
    end = monotonic() + LIMIT
    while not condition():
        assert monotonic() < end
        gevent.sleep(_TURN)


def kernel_pipes() -> int:
    """How many descriptors of this process are ends of pipes."""
    count = 0
    for name in os.listdir("/proc/self/fd"):
        try:
            count += stat.S_ISFIFO(os.stat(f"/proc/self/fd/{name}").st_mode)
        except OSError:
            continue
    return count


@pytest.mark.parametrize("unix", [False, True])
@pytest.mark.parametrize("size", [0, 1, 65535, 65536, 65537, 131072, 200000, 3 * MIB + 7, 24 * MIB])
def test_what_arrives_is_what_was_sent(ends: Ends, splices: Splices, size: int, unix: bool) -> None:
    left, source = ends.pair(unix)
    right, destination = ends.pair(unix)
    data = content(size)
    source.pipe(destination)
    send(left, data)
    assert to_end(right) == data
    assert source.bytes_read == destination.bytes_written == size
    assert destination.writable_length == 0
    assert splices.given <= size
    if size > 20 * MIB:
        assert splices.given > MIB


@pytest.mark.parametrize("seed", range(8))
def test_pauses_on_either_side_change_nothing(ends: Ends, splices: Splices, seed: int) -> None:
    chance = random.Random(seed)
    left, source = ends.pair()
    right, destination = ends.pair()
    data = content(12 * MIB, seed)
    source.pipe(destination)

    def send_in_pieces() -> None:
        rest = memoryview(data)
        while rest:
            size = chance.choice((1, 100, 5000, 65536, 300000, MIB))
            left.sendall(rest[:size])
            rest = rest[size:]
            gevent.sleep(chance.choice((0, 0, 0, 0.001)))
        left.shutdown(socket.SHUT_WR)

    gevent.spawn(send_in_pieces)
    got = bytearray()
    while chunk := right.recv(chance.choice((7000, 100000, MIB))):
        got += chunk
        gevent.sleep(chance.choice((0, 0, 0, 0.001)))
    assert bytes(got) == data
    assert source.bytes_read == destination.bytes_written == len(data)
    assert splices.given


def test_a_destination_that_is_full_stops_the_reading(ends: Ends, splices: Splices) -> None:
    left, source = ends.pair()
    right, destination = ends.pair()
    seen: list[str] = []
    for event in ("pause", "resume"):
        source.on(event, lambda event=event: seen.append(event))
    destination.on("drain", lambda: seen.append("drain"))
    source.pipe(destination)
    size = 64 * MIB
    sender = send(left, bytes(size))
    until(lambda: source.is_paused() and source.readable_length > 0)
    read = source.bytes_read
    assert read < size
    assert source.bytes_read == destination.bytes_written + source.readable_length
    assert 0 < destination.writable_length <= MIB
    assert destination.writable_need_drain
    for _ in range(20):
        gevent.sleep(0)
    assert source.bytes_read == read
    assert not sender.ready()
    assert len(to_end(right)) == size
    assert splices.given > MIB
    assert seen[:4] == ["resume", "pause", "drain", "resume"]
    # A destination that was ended while it was full has no 'drain'.
    assert seen.count("pause") - seen.count("drain") in (0, 1)


def test_a_half_that_has_ended_leaves_the_other(ends: Ends, splices: Splices) -> None:
    left, source = ends.pair(allow_half_open=True)
    right, destination = ends.pair(allow_half_open=True)
    source.pipe(destination)
    destination.pipe(source)
    first, second = content(8 * MIB, 1), content(8 * MIB, 2)
    send(left, first)
    assert to_end(right) == first
    send(right, second)
    assert to_end(left) == second
    assert splices.given > 2 * MIB


def port_of(server: net.Server) -> int:
    address: Any = server.address()
    return int(address.port)


def test_a_proxy_carries_both_directions_at_once(ends: Ends, splices: Splices) -> None:
    def echo(connection: net.Socket) -> None:
        connection.pipe(connection)

    def forward(connection: net.Socket) -> None:
        target = net.connect(port_of(echoing), LOCAL, allow_half_open=True)
        connection.pipe(target)
        target.pipe(connection)

    echoing, proxy = (
        net.create_server(listener, allow_half_open=True) for listener in (echo, forward)
    )
    with echoing.listen(0, LOCAL), proxy.listen(0, LOCAL):
        clients = []
        for seed in range(5):
            client = socket.create_connection((LOCAL, port_of(proxy)), LIMIT)
            clients.append((client, content(6 * MIB, seed)))
        readers = [gevent.spawn(to_end, client) for client, _ in clients]
        for client, data in clients:
            send(client, data)
        for reader, (client, data) in zip(readers, clients, strict=True):
            assert reader.get(timeout=LIMIT) == data
            client.close()
    assert splices.given > 10 * MIB


def test_one_kernel_pipe_serves_all(ends: Ends, splices: Splices) -> None:
    before = kernel_pipes()
    rights = []
    data = content(MIB)
    for _ in range(8):
        left, source = ends.pair()
        right, destination = ends.pair()
        source.pipe(destination)
        send(left, data, end=False)
        rights.append(right)
    for right in rights:
        assert exactly(right, len(data)) == data
    assert splices.given
    assert kernel_pipes() <= before + 2
    ends.close()
    assert kernel_pipes() == before


def in_the_middle(ends: Ends, splices: Splices) -> tuple[Any, net.Socket, Any, net.Socket, bytes]:
    """A pipe that is splicing, stopped for want of room at its end, with more to come."""
    left, source = ends.pair()
    right, destination = ends.pair()
    source.pipe(destination)
    data = content(32 * MIB)
    send(left, data)
    until(lambda: splices.given > 0)
    return left, source, right, destination, data


def test_a_destination_destroyed_in_the_middle(ends: Ends, splices: Splices) -> None:
    _, source, _, destination, data = in_the_middle(ends, splices)
    destination.destroy()
    destination.wait("close", LIMIT)
    assert not source.destroyed
    assert source.is_paused()
    taken = destination.bytes_written
    got = bytearray()
    source.on("data", got.extend)
    source.resume()
    source.wait("end", LIMIT)
    assert data.endswith(bytes(got))
    assert len(data) - taken <= len(got) + MIB


def test_a_source_destroyed_in_the_middle(ends: Ends, splices: Splices) -> None:
    before = kernel_pipes() - 2
    _, source, right, destination, data = in_the_middle(ends, splices)
    source.destroy()
    source.wait("close", LIMIT)
    assert kernel_pipes() <= before + 2
    assert not destination.destroyed
    destination.end(b"the end")
    got = to_end(right)
    assert got.endswith(b"the end")
    assert data.startswith(got[:-7])
    assert len(got) == destination.bytes_written > 0


def test_what_is_unpiped_goes_on_where_the_pipe_has_stopped(ends: Ends, splices: Splices) -> None:
    _, source, right, destination, data = in_the_middle(ends, splices)
    source.unpipe(destination)
    destination.end()
    got = to_end(right)
    assert 0 < len(got) < len(data)
    rest = bytearray()
    while chunk := source.recv(MIB):
        rest += chunk
    assert got + bytes(rest) == data
    assert source.bytes_read == len(data)


def test_what_the_user_writes_comes_between(ends: Ends, splices: Splices) -> None:
    _, source, right, destination, data = in_the_middle(ends, splices)
    mark = b"written by the user" * 10
    before = destination.bytes_written
    destination.write(mark)
    got = to_end(right)
    assert got == data[:before] + mark + data[before:]
    assert destination.bytes_written == len(got)
    assert source.bytes_read == len(data)


def test_what_the_user_writes_first_comes_first(ends: Ends, splices: Splices) -> None:
    left, source = ends.pair()
    right, destination = ends.pair()
    data = content(8 * MIB)
    heads = bytearray()

    def write_head() -> None:
        # In no step of a socket: sent at once, or queued behind what is full.
        head = b"<%d>" % destination.bytes_written
        heads.extend(head)
        destination.write(head)

    source.pipe(destination)
    send(left, data)
    reader = gevent.spawn(to_end, right)
    while not source.readable_ended and not destination.writable_ended:
        write_head()
        gevent.sleep(0.001)
    got = reader.get(timeout=LIMIT)
    assert len(got) == len(data) + len(heads)
    assert splices.given
    # Each head stands where it says.
    position, taken = 0, bytearray()
    rest = bytes(heads)
    while rest:
        head, rest = rest[: rest.index(b">") + 1], rest[rest.index(b">") + 1 :]
        at = int(head[1:-1])
        taken += got[position:at]
        assert got[at : at + len(head)] == head
        position = at + len(head)
    taken += got[position:]
    assert bytes(taken) == data


def test_another_data_listener_hears_what_comes_from_then_on(ends: Ends, splices: Splices) -> None:
    _, source, right, _destination, data = in_the_middle(ends, splices)
    heard = bytearray()
    source.on("data", heard.extend)
    given = splices.given
    assert to_end(right) == data
    assert splices.given == given
    assert data.endswith(bytes(heard))
    assert len(heard) > MIB


def test_an_encoding_set_in_the_middle(ends: Ends, splices: Splices) -> None:
    left, source = ends.pair()
    right, destination = ends.pair()
    source.pipe(destination)
    data = content(12 * MIB).hex().encode()
    send(left, data)
    until(lambda: splices.given > 0)
    source.set_encoding("utf8")
    taken = splices.taken
    assert to_end(right) == data
    assert splices.taken == taken


@pytest.mark.parametrize("how", ["attribute", "subclass"])
def test_a_write_of_the_users_own_is_called(ends: Ends, splices: Splices, how: str) -> None:
    counted = 0

    class Counting(net.Socket):
        def write(self, chunk: Any, *rest: Any) -> bool:
            nonlocal counted
            counted += len(chunk)
            return net.Socket.write(self, chunk, *rest)

    left, source = ends.pair()
    right, plain = ends.pair()
    destination: Any = plain
    if how == "attribute":
        destination.write = lambda *args: Counting.write(destination, *args)
    else:
        destination = Counting(fd=os.dup(plain.fileno()))
        ends.open.append(destination)
    source.pipe(destination)
    data = content(4 * MIB)
    reader = gevent.spawn(exactly, right, len(data))
    send(left, data)
    assert reader.get(timeout=LIMIT) == data
    assert counted == len(data)
    assert splices.taken == 0


def test_an_error_of_the_destination_ends_the_pipe(ends: Ends, splices: Splices) -> None:
    _, source, right, destination, _ = in_the_middle(ends, splices)
    failed: list[BaseException] = []
    unpiped: list[net.Socket] = []
    destination.on("error", failed.append)
    destination.on("unpipe", unpiped.append)
    right.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    right.close()
    until(lambda: destination.closed and bool(failed))
    assert getattr(failed[0], "code", None) in ("ECONNRESET", "EPIPE")
    assert unpiped == [source]
    assert not source.destroyed
    assert source.is_paused()


def test_an_error_of_the_source_leaves_the_destination(ends: Ends, splices: Splices) -> None:
    left, source = ends.pair()
    right, destination = ends.pair()
    failed: list[BaseException] = []
    source.on("error", failed.append)
    source.pipe(destination)
    left.sendall(bytes(MIB))
    assert len(exactly(right, MIB)) == MIB
    left.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    left.close()
    until(lambda: source.closed and bool(failed))
    assert getattr(failed[0], "code", None) == "ECONNRESET"
    assert not destination.destroyed
    destination.end()
    assert to_end(right) == b""
    assert splices.given


@pytest.mark.parametrize("side", ["source", "destination"])
def test_traffic_is_seen_by_the_idle_clock(ends: Ends, splices: Splices, side: str) -> None:
    left, source = ends.pair()
    right, destination = ends.pair()
    timeouts: list[float] = []
    watched = source if side == "source" else destination
    watched.set_timeout(0.3, lambda: timeouts.append(monotonic()))
    source.pipe(destination)
    end = monotonic() + 0.7
    data = bytes(4 * MIB)
    while monotonic() < end:
        send(left, data, end=False)
        exactly(right, len(data))
        gevent.sleep(0.01)
    assert not timeouts
    assert splices.given
    watched.wait("timeout", LIMIT)
    assert timeouts


@pytest.mark.parametrize("broken", ["both", "destination"])
def test_a_system_that_refuses_is_not_asked_again_and_again(
    ends: Ends, splices: Splices, broken: str
) -> None:
    asked = 0

    def refuse(destination: int) -> None:
        nonlocal asked
        if broken == "both" or not stat.S_ISFIFO(os.fstat(destination).st_mode):
            asked += 1
            raise OSError(errno.EINVAL, "refused")

    splices.before = refuse
    left, source = ends.pair()
    right, destination = ends.pair()
    source.pipe(destination)
    data = content(16 * MIB)
    send(left, data)
    assert to_end(right) == data
    assert 0 < asked < 600
    assert splices.given == 0


def test_no_descriptors_for_a_kernel_pipe(
    ends: Ends, splices: Splices, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(flags: int) -> None:
        raise OSError(errno.EMFILE, "refused")

    monkeypatch.setattr(os, "pipe2", refuse)
    left, source = ends.pair()
    right, destination = ends.pair()
    source.pipe(destination)
    data = content(8 * MIB)
    send(left, data)
    assert to_end(right) == data
    assert splices.taken == 0


def test_an_interrupt_in_the_middle_gives_no_bytes_to_others(
    ends: Ends, splices: Splices, reported: list[BaseException]
) -> None:
    """Bytes that were taken and not given belong to a connection that is closed with the error."""
    struck = False

    def strike(destination: int) -> None:
        nonlocal struck
        if destination == first_end and not struck:
            struck = True
            raise MemoryError

    left, source = ends.pair()
    _right, destination = ends.pair()
    first_end = destination.fileno()
    other_left, other_source = ends.pair()
    other_right, other_destination = ends.pair()
    splices.before = strike
    other_source.pipe(other_destination)
    source.pipe(destination)
    data = content(16 * MIB)
    send(other_left, data)
    send(left, bytes(MIB))
    assert to_end(other_right) == data
    until(lambda: source.closed)
    assert struck
    assert isinstance(source.errored, MemoryError)
    assert [type(error) for error in reported] == [MemoryError]
    reported.clear()
    assert splices.given > MIB


def test_a_forked_child_has_no_part_in_it(ends: Ends, splices: Splices) -> None:
    before = kernel_pipes()
    _, source, right, _destination, data = in_the_middle(ends, splices)
    child = os.fork()
    if not child:
        os._exit(0 if kernel_pipes() == before and source.destroyed else 1)
    # Before the loop runs, which may itself reap the child.
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert to_end(right) == data


def test_a_source_that_never_runs_dry_leaves_time_for_others(ends: Ends, splices: Splices) -> None:
    left, source = ends.pair()
    right, destination = ends.pair()
    client, echo = ends.pair()
    left.setblocking(False)
    right.setblocking(False)
    data = bytes(MIB)

    def flow(_: int) -> None:
        """A peer that is faster than this process; it ends some time."""
        if splices.given < 64 * MIB:
            with suppress(BlockingIOError):
                left.send(data)
            with suppress(BlockingIOError):
                right.recv(MIB)

    splices.before = flow
    echo.on("data", echo.write)
    source.pipe(destination)
    left.send(data)
    with suppress(BlockingIOError):
        until(lambda: bool(splices.given))
    for _ in range(10):
        given = splices.given
        client.send(b"x")
        assert client.recv(1) == b"x"
        assert splices.given - given <= 4 * MIB
    assert splices.given < 64 * MIB


def test_an_error_of_the_source_behind_bytes_that_were_moved(ends: Ends, splices: Splices) -> None:
    """The system tells of an error once: it must not be lost in the middle of a step."""
    left, source = ends.pair()
    right, destination = ends.pair()
    failed: list[BaseException] = []
    source.on("error", failed.append)
    broken = False

    def reset(descriptor: int) -> None:
        nonlocal broken
        if splices.filled and descriptor != destination.fileno() and not broken:
            broken = True
            raise OSError(errno.ECONNRESET, "reset")

    splices.before = reset
    source.pipe(destination)
    reader = gevent.spawn(to_end, right)
    send(left, bytes(32 * MIB))
    until(lambda: source.closed and bool(failed))
    assert getattr(failed[0], "code", None) == "ECONNRESET"
    assert not destination.destroyed
    destination.end()
    assert len(reader.get(timeout=LIMIT)) == source.bytes_read == destination.bytes_written > 0
    assert splices.given


def test_small_messages_are_received_and_sent(ends: Ends, splices: Splices) -> None:
    left, source = ends.pair()
    right, destination = ends.pair()
    before = kernel_pipes()
    source.pipe(destination)
    for _ in range(100):
        left.sendall(b"ping" * 100)
        assert exactly(right, 400) == b"ping" * 100
    assert splices.taken == 0
    send(left, bytes(2 * MIB), end=False)
    assert len(exactly(right, 2 * MIB)) == 2 * MIB
    assert splices.given
    for _ in range(3):
        left.sendall(b"ping")
        assert exactly(right, 4) == b"ping"
    taken = splices.taken
    left.sendall(b"pong")
    assert exactly(right, 4) == b"pong"
    assert splices.taken == taken
    assert kernel_pipes() == before


def test_a_paused_source_is_not_read(ends: Ends, splices: Splices) -> None:
    _, source, right, _, data = in_the_middle(ends, splices)
    source.pause()
    reader = gevent.spawn(to_end, right)
    done = Event()
    gevent.get_hub().loop.run_callback(done.set)
    assert done.wait(LIMIT)
    source.pause()
    until(lambda: source.readable_length > 0)
    read = source.bytes_read
    for _ in range(20):
        gevent.sleep(0)
    assert source.bytes_read == read
    source.resume()
    assert reader.get(timeout=LIMIT) == data


@pytest.mark.parametrize("unix", [False, True])
def test_a_stalled_destination_has_little_kept_for_it(
    ends: Ends, splices: Splices, unix: bool
) -> None:
    left, source = ends.pair(unix)
    right, destination = ends.pair(unix)
    source.pipe(destination)
    data = bytes(MIB)
    left.setblocking(False)
    right.setblocking(False)
    received = 0

    def kept() -> int:
        return destination.writable_length + source.readable_length

    while received < 12 * MIB:
        with suppress(BlockingIOError):
            left.send(data)
        gevent.sleep(_TURN)
        with suppress(BlockingIOError):
            received += len(right.recv(MIB))
        assert kept() <= 4 * 65536
    assert splices.given > 4 * MIB
    # The peer reads no more. How much the system takes, and when, is its own affair: until all is
    # full, and nothing has become writable again for a while.
    quiet = 0
    deadline = monotonic() + LIMIT
    while quiet < 20 or not destination.writable_need_drain:
        assert monotonic() < deadline
        try:
            left.send(data)
            quiet = 0
        except BlockingIOError:
            quiet += 1
        gevent.sleep(0.001)
        assert kept() <= 4 * 65536


def test_what_a_destination_has_no_room_for_after_all_is_bounded(
    ends: Ends, splices: Splices
) -> None:
    left, source = ends.pair()
    right, destination = ends.pair()
    send(left, bytes(16 * MIB), end=False)
    source.pipe(destination)
    while splices.given < 4 * MIB:
        right.recv(MIB)

    def fill(number: int) -> None:
        """As if the system were short of memory for TCP: there was room a moment ago."""
        if number == destination.fileno():
            with suppress(BlockingIOError):
                while os.write(number, bytes(MIB)):
                    pass

    splices.before = fill
    while not destination.writable_need_drain:
        gevent.sleep(0.001)
    assert destination.writable_length + source.readable_length <= 4 * 65536
