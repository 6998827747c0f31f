"""Greenlets that are lent out leak nothing, and what one step writes leaves together."""

from __future__ import annotations

import _socket
import gc
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from contextvars import ContextVar
from functools import partial
from time import process_time
from typing import Any
from weakref import WeakKeyDictionary

import gevent
import pytest
from gevent import monkey, socket
from gevent.event import Event
from gevent.local import local
from gevent.queue import Queue
from greenlet import getcurrent, greenlet
from support.peers import beat, exactly, reset
from support.programs import finished

import geventnet as net
from geventnet.loop.dispatcher import Dispatcher

pytestmark = pytest.mark.usefixtures("reported")

LOCAL = "127.0.0.1"
LIMIT = 10.0
_select = monkey.get_original("select", "select")


class Service:
    """A server whose peers are sockets of gevent."""

    def __init__(self) -> None:
        self.connections: list[net.Socket] = []
        self.peers: list[Any] = []
        self.accepted: Queue[net.Socket] = Queue()
        self.server: net.Server | None = None
        self.on_data: Callable[[net.Socket, bytes], object] = lambda socket, chunk: None

    def start(self, **options: Any) -> None:
        self.server = net.create_server(self._on_connection, **options)
        self.server.listen(0, LOCAL)
        self.server.wait("listening", LIMIT)

    def _on_connection(self, connection: net.Socket) -> None:
        self.connections.append(connection)
        connection.on("data", lambda chunk: self.on_data(connection, chunk))
        self.accepted.put(connection)

    def dial(self) -> Any:
        return self.pair()[0]

    def pair(self) -> tuple[Any, net.Socket]:
        """A peer and the connection that it has."""
        assert self.server is not None
        address: Any = self.server.address()
        peer = socket.create_connection((LOCAL, address.port), LIMIT)
        self.peers.append(peer)
        return peer, self.accepted.get(timeout=LIMIT)

    def stop(self) -> None:
        for peer in self.peers:
            peer.close()
        for connection in self.connections:
            if not connection.closed:
                connection.destroy()
        if self.server is not None and self.server.listening:
            closed = Event()
            self.server.close(closed.set)
            assert closed.wait(LIMIT)


@pytest.fixture
def service() -> Iterator[Service]:
    service = Service()
    yield service
    service.stop()


def rest(peer: Any) -> bytes:
    data = b""
    while chunk := peer.recv(65536):
        data += chunk
    return data


def arrived(peer: Any, size: int = 0) -> bytes:
    """What the peer's system holds; blocks the thread, no greenlet, until it is `size` bytes."""
    sock = _socket.socket(fileno=os.dup(peer.fileno()))
    try:
        for _ in range(1000):
            try:
                data = sock.recv(65536, _socket.MSG_PEEK | _socket.MSG_DONTWAIT)
            except BlockingIOError:
                data = b""
            if len(data) >= size:
                return data
            _select([] if data else [sock], [], [], 0.01)
        raise AssertionError(f"{data!r} is not {size} bytes")
    finally:
        sock.close()


def segments(connection: net.Socket) -> int:
    """How many segments with data the connection has sent."""
    sock = _socket.socket(fileno=os.dup(connection.fileno()))
    try:
        # `tcpi_data_segs_out` of the Linux struct tcp_info.
        info = sock.getsockopt(_socket.IPPROTO_TCP, _socket.TCP_INFO, 160)
        return int.from_bytes(info[156:160], sys.byteorder)
    finally:
        sock.close()


linux = pytest.mark.skipif(sys.platform != "linux", reason="counts segments with TCP_INFO")


def in_hub(function: Callable[..., object], *args: object) -> None:
    """Call `function` in the hub; returns when it was called."""
    called = Event()
    loop: Any = gevent.get_hub().loop
    loop.run_callback(function, *args)
    loop.run_callback(called.set)
    assert called.wait(LIMIT)


# A greenlet that is lent to one connection after another.


def test_a_listener_that_leaves_nothing_is_lent_the_same_greenlet(service: Service) -> None:
    lent: set[int] = set()

    def on_data(connection: net.Socket, chunk: bytes) -> None:
        assert type(getcurrent()) is Dispatcher
        lent.add(id(getcurrent()))
        connection.write(chunk)

    service.on_data = on_data
    service.start()
    peers = [service.dial() for _ in range(4)]
    for _ in range(10):
        for peer in peers:
            peer.sendall(b"x")
            assert exactly(peer, 1) == b"x"
    # The tests below are about what it would take along.
    assert len(lent) == 1


Leave = Callable[[], object]
Look = Callable[[], object]


def leave_and_look(service: Service, leave: Leave, look: Look) -> tuple[object, object]:
    """Call `leave` in one connection's listener; what `look` says in it, and in another's."""
    seen: Queue[object] = Queue()

    def on_data(connection: net.Socket, chunk: bytes) -> None:
        if chunk == b"leave":
            leave()
        seen.put(look())

    service.on_data = on_data
    service.start()
    one, other = service.dial(), service.dial()
    one.sendall(b"leave")
    first = seen.get(timeout=LIMIT)
    other.sendall(b"look")
    return first, seen.get(timeout=LIMIT)


def test_a_local_of_gevent_does_not_pass_to_another_connection(service: Service) -> None:
    session = local()
    answer = leave_and_look(
        service,
        lambda: setattr(session, "user", "alice"),
        lambda: getattr(session, "user", None),
    )
    assert answer == ("alice", None)


def test_a_context_variable_does_not_pass_to_another_connection(service: Service) -> None:
    user: ContextVar[str | None] = ContextVar("user", default=None)
    assert leave_and_look(service, lambda: user.set("alice"), user.get) == ("alice", None)


def test_what_is_kept_by_greenlet_does_not_pass_to_another_connection(service: Service) -> None:
    sessions: WeakKeyDictionary[greenlet, str] = WeakKeyDictionary()
    answer = leave_and_look(
        service,
        lambda: sessions.update({getcurrent(): "alice"}),
        lambda: sessions.get(getcurrent()),
    )
    assert answer == ("alice", None)


def test_spawn_tree_locals_do_not_pass_to_another_connection(service: Service) -> None:
    def tree() -> Any:
        return gevent.Greenlet(lambda: None).spawn_tree_locals

    def leave() -> None:
        tree()["user"] = "alice"

    answer = leave_and_look(service, leave, lambda: tree().get("user"))
    assert answer == ("alice", None)


THREAD_LOCAL = """
import socket, threading
import geventnet as net

session = threading.local()

def on_connection(connection):
    def on_data(chunk):
        if chunk == b"log in":
            session.user = "alice"
        connection.end(repr(getattr(session, "user", None)))
    connection.on("data", on_data)

server = net.create_server(on_connection)
server.listen(0, "127.0.0.1")
server.wait("listening")
for request in b"log in", b"who am i":
    with socket.create_connection(("127.0.0.1", server.address().port), 10) as peer:
        peer.sendall(request)
        print(peer.recv(100).decode())
        assert peer.recv(100) == b""
server.close()
server.wait("close")
"""


def test_a_threading_local_of_a_patched_program_does_not_pass_to_another_connection() -> None:
    assert finished("-c", THREAD_LOCAL, patched=True) == (0, "'alice'\nNone\n", "")


class Victim:
    """A connection whose listener blocks, after one that left its greenlet in somebody's hands."""

    def __init__(self, service: Service, leave: Callable[[], object]) -> None:
        self.outcome: Queue[BaseException | str] = Queue()
        self.release = Event()
        self.blocked = Event()
        self.left = Event()

        def on_data(connection: net.Socket, chunk: bytes) -> None:
            if chunk == b"leave":
                leave()
                self.left.set()
                return
            self.blocked.set()
            try:
                self.release.wait()
            except BaseException as error:
                self.outcome.put(error)
            else:
                self.outcome.put("unharmed")

        service.on_data = on_data
        service.start()
        one, other = service.dial(), service.dial()
        one.sendall(b"leave")
        assert self.left.wait(LIMIT)
        other.sendall(b"block")
        assert self.blocked.wait(LIMIT)

    def fate(self) -> BaseException | str:
        self.release.set()
        return self.outcome.get(timeout=LIMIT)


@pytest.fixture
def kept() -> Iterator[list[Any]]:
    kept: list[Any] = []
    yield kept
    for one in kept:
        if isinstance(one, gevent.Timeout):
            # libuv goes on using the memory of a timer that is not closed.
            one.close()
    kept.clear()


def expired(service: Service, kept: list[Any]) -> Victim:
    """A victim, after a timeout that the listener before it left running has struck."""
    victim = Victim(service, lambda: kept.append(gevent.Timeout.start_new(0.02)))
    later = Event()
    timer = gevent.get_hub().loop.timer(0.05)
    timer.start(later.set)
    assert later.wait(LIMIT)
    timer.close()
    assert not kept[0].pending
    return victim


def test_a_timeout_left_running_strikes_nobody(service: Service, kept: list[Any]) -> None:
    assert expired(service, kept).fate() == "unharmed"


def test_a_late_kill_does_not_strike_another_connection(service: Service, kept: list[Any]) -> None:
    victim = Victim(service, lambda: kept.append(getcurrent()))
    gevent.kill(kept[0])
    in_hub(lambda: None)
    assert victim.fate() == "unharmed"


def test_a_late_switch_does_not_strike_another_connection(
    service: Service, kept: list[Any]
) -> None:
    victim = Victim(service, lambda: kept.append(getcurrent()))
    in_hub(kept[0].switch, "late")
    assert victim.fate() == "unharmed"


def test_a_greenlet_that_blocked_and_is_reachable_does_not_strike_another_connection(
    service: Service, kept: list[Any]
) -> None:
    def leave() -> None:
        kept.append(getcurrent())
        gevent.sleep(0)

    victim = Victim(service, leave)
    gevent.kill(kept[0])
    in_hub(kept[0].switch, "late")
    assert victim.fate() == "unharmed"


def test_the_rest_of_a_batch_is_not_run_by_a_greenlet_that_was_kept(
    service: Service, kept: list[Any]
) -> None:
    lent: Queue[int] = Queue()

    def on_data(connection: net.Socket, chunk: bytes) -> None:
        kept.append(getcurrent())
        lent.put(id(getcurrent()))

    service.on_data = on_data
    service.start()
    peers = [service.dial() for _ in range(20)]
    # No iteration of the loop between them, so that one batch has them all.
    for peer in peers:
        peer.send(b"x")
    assert len({lent.get(timeout=LIMIT) for _ in peers}) == len(peers)


# A greenlet that waits for work.


def parked() -> list[Dispatcher]:
    hub = gevent.get_hub()
    return [
        thing
        for thing in gc.get_objects()
        if type(thing) is Dispatcher and thing and thing.parent is hub
    ]


def echo(service: Service) -> Any:
    service.on_data = lambda connection, chunk: connection.write(chunk)
    service.start()
    peer = service.dial()
    beat(peer)
    return peer


def test_a_dispatcher_that_an_outsider_wakes_goes_back_to_waiting(service: Service) -> None:
    peer = echo(service)
    before = [id(dispatcher) for dispatcher in parked()]
    assert before
    for _ in range(3):
        for index in range(len(before)):
            in_hub(parked()[index].switch, "a value")
    assert [id(dispatcher) for dispatcher in parked()] == before
    for _ in range(3):
        beat(peer)
    assert [id(dispatcher) for dispatcher in parked()] == before


def test_an_outsider_does_not_make_a_dispatcher_run_what_is_due(service: Service) -> None:
    peer = echo(service)
    connection = service.connections[0]
    called = Event()
    early: list[bool] = []

    def wake() -> None:
        connection.write(b"x", lambda error: called.set())
        for dispatcher in parked():
            dispatcher.switch()
        early.append(called.is_set())

    in_hub(wake)
    assert early == [False]
    assert called.wait(LIMIT)
    assert exactly(peer, 1) == b"x"
    beat(peer)


def test_a_dispatcher_that_an_outsider_wakes_enters_the_pool_once(service: Service) -> None:
    """Two that block at once need two greenlets, however often the first was woken."""
    release = Event()
    running: Queue[int] = Queue()

    def on_data(connection: net.Socket, chunk: bytes) -> None:
        if chunk == b"block":
            running.put(id(getcurrent()))
            release.wait()
        connection.write(b"done")

    service.on_data = on_data
    service.start()
    peers = [service.dial() for _ in range(3)]
    for dispatcher in parked():
        in_hub(dispatcher.switch)
        in_hub(dispatcher.switch)
    del dispatcher
    for peer in peers:
        peer.sendall(b"block")
    assert len({running.get(timeout=LIMIT) for _ in peers}) == 3
    release.set()
    for peer in peers:
        assert exactly(peer, 4) == b"done"


@pytest.mark.parametrize("error", [RuntimeError("outsider"), gevent.GreenletExit()], ids=repr)
def test_a_dispatcher_that_an_outsider_throws_into_is_replaced(
    service: Service, error: BaseException
) -> None:
    peer = echo(service)
    old = parked()
    assert old
    for dispatcher in old:
        in_hub(dispatcher.throw, error)
        assert dispatcher.dead
    beat(peer)
    new = parked()
    assert new and not set(map(id, new)) & set(map(id, old))


def test_a_dispatcher_tells_what_it_is_blocked_in(service: Service) -> None:
    entered, release = Event(), Event()

    def on_data(connection: net.Socket, chunk: bytes) -> None:
        entered.set()
        release.wait()

    service.on_data = on_data
    service.start()
    peer, connection = service.pair()
    peer.sendall(b"x")
    assert entered.wait(LIMIT)
    in_hub(lambda: None)
    names = [repr(dispatcher) for dispatcher in parked()]
    assert [repr(connection) in name and "Reader" in name for name in names].count(True) == 1
    release.set()


# What one step writes.


Step = Callable[[net.Socket], object]


def step(service: Service, what: Step, **options: Any) -> tuple[Any, net.Socket]:
    """Run `what` in a `'data'` listener of a connection; its peer and the connection."""
    peer: Any = None
    failures: Queue[BaseException | None] = Queue()

    def on_data(connection: net.Socket, chunk: bytes) -> None:
        try:
            what(connection)
        except BaseException as error:
            failures.put(error)
        else:
            failures.put(None)

    service.on_data = on_data
    service.start(**options)
    peer, connection = service.pair()
    service.peers.append(peer)
    peer.sendall(b"go")
    failure = failures.get(timeout=LIMIT)
    if failure is not None:
        raise failure
    return peer, connection


@linux
def test_small_writes_are_sent_together(service: Service) -> None:
    def what(connection: net.Socket) -> None:
        for digit in b"0123456789abcdef":
            assert connection.write(bytes([digit]))
        assert arrived(service.peers[0]) == b""

    peer, connection = step(service, what)
    assert exactly(peer, 16) == b"0123456789abcdef"
    assert segments(connection) == 1


@linux
def test_with_no_delay_the_first_goes_at_once_and_the_others_together(service: Service) -> None:
    def what(connection: net.Socket) -> None:
        connection.write(b"0")
        assert arrived(service.peers[0], 1) == b"0"
        for digit in b"123456789abcdef":
            connection.write(bytes([digit]))
        assert arrived(service.peers[0]) == b"0"

    peer, connection = step(service, what, no_delay=True)
    assert exactly(peer, 16) == b"0123456789abcdef"
    assert segments(connection) == 2


def test_what_they_count_in(service: Service) -> None:
    def what(connection: net.Socket) -> None:
        connection.write(b"abc")
        connection.write("dé")
        assert connection.bytes_written == 6
        assert connection.writable_length == 0
        assert not connection.writable_need_drain
        assert arrived(service.peers[0]) == b""

    peer, connection = step(service, what)
    assert exactly(peer, 6) == "abcdé".encode()
    assert (connection.bytes_written, connection.writable_length) == (6, 0)


def test_their_callbacks_come_in_order_after_the_listener(service: Service) -> None:
    log: list[object] = []
    over = Event()

    def what(connection: net.Socket) -> None:
        connection.write(b"a", lambda error: log.append(("a", error, arrived(peer(), 3))))
        connection.write(b"b")
        connection.write(b"c", None, lambda error: log.append(("c", error)))
        connection.on("drain", lambda: log.append("drain"))
        gevent.get_hub().loop.run_callback(over.set)
        log.append("returns")

    def peer() -> Any:
        return service.peers[0]

    step(service, what)
    assert over.wait(LIMIT)
    assert log == ["returns", ("a", None, b"abc"), ("c", None)]


def test_a_write_in_a_write_callback_is_another_step(service: Service) -> None:
    seen: Queue[bytes] = Queue()

    def what(connection: net.Socket) -> None:
        def again(error: object) -> None:
            seen.put(arrived(service.peers[0], 2))
            connection.write(b"c")
            connection.write(b"d")
            seen.put(arrived(service.peers[0]))

        connection.write(b"a", again)
        connection.write(b"b")

    peer, _ = step(service, what)
    assert seen.get(timeout=LIMIT) == b"ab"
    assert seen.get(timeout=LIMIT) == b"ab"
    assert exactly(peer, 4) == b"abcd"


def test_end_sends_them_first(service: Service) -> None:
    def what(connection: net.Socket) -> None:
        connection.write(b"a")
        connection.write(b"b")
        connection.end(b"c")

    peer, _ = step(service, what)
    assert rest(peer) == b"abc"


@pytest.mark.parametrize("how", ["destroy", "destroy_soon"])
def test_destroying_sends_them_first(service: Service, how: str) -> None:
    def what(connection: net.Socket) -> None:
        connection.write(b"a")
        connection.write(b"b")
        getattr(connection, how)()

    peer, _ = step(service, what)
    assert rest(peer) == b"ab"


def test_a_reset_sends_them_first(service: Service) -> None:
    def what(connection: net.Socket) -> None:
        connection.write(b"ab")
        connection.reset_and_destroy()
        assert connection.bytes_written == 2

    peer, _ = step(service, what)
    with pytest.raises(ConnectionResetError):
        rest(peer)


def test_a_listener_that_fails_has_sent_them(
    service: Service, reported: list[BaseException]
) -> None:
    failure = LookupError("in the listener")
    service.start()
    peer, connection = service.pair()

    def on_data(connection: net.Socket, chunk: bytes) -> None:
        connection.write(b"a")
        connection.write(b"b")
        raise failure

    service.on_data = on_data
    peer.sendall(b"go")
    assert rest(peer) == b"ab"
    assert connection.errored is failure
    assert reported == [failure]
    reported.clear()


@pytest.mark.parametrize("enable", [True, False])
def test_set_no_delay_sends_them_first(service: Service, enable: bool) -> None:
    def what(connection: net.Socket) -> None:
        connection.write(b"a")
        connection.write(b"b")
        connection.set_no_delay(enable)
        assert arrived(service.peers[0], 2) == b"ab"
        connection.write(b"c")

    peer, _ = step(service, what)
    assert exactly(peer, 3) == b"abc"


def test_cork_sends_them_first_and_keeps_what_follows(service: Service) -> None:
    def what(connection: net.Socket) -> None:
        connection.write(b"a")
        connection.write(b"b")
        connection.cork()
        assert arrived(service.peers[0], 2) == b"ab"
        connection.write(b"c")
        connection.write(b"d")
        assert connection.writable_length == 2
        connection.uncork()
        assert arrived(service.peers[0], 4) == b"abcd"
        connection.write(b"e")

    peer, _ = step(service, what)
    assert exactly(peer, 5) == b"abcde"


def test_at_the_high_water_mark_they_are_sent_and_that_is_the_answer(service: Service) -> None:
    def what(connection: net.Socket) -> None:
        assert connection.write(b"a" * 600)
        assert arrived(service.peers[0]) == b""
        # The system takes all of it: nothing waits, so there is no reason to hold back.
        assert connection.write(b"b" * 600)
        assert arrived(service.peers[0], 1200) == b"a" * 600 + b"b" * 600
        assert connection.write(b"c" * 600)
        assert arrived(service.peers[0], 1200) == b"a" * 600 + b"b" * 600

    peer, _ = step(service, what, high_water_mark=1000)
    assert exactly(peer, 1800) == b"a" * 600 + b"b" * 600 + b"c" * 600


def test_many_writes_below_a_high_mark_cost_what_they_send(service: Service) -> None:
    spent: list[float] = []

    def what(connection: net.Socket) -> None:
        before = process_time()
        for _ in range(500):
            connection.write(b"x" * 10_000)
        spent.append(process_time() - before)

    peer, _ = step(service, what, high_water_mark=1 << 30)
    exactly(peer, 500 * 10_000)
    assert spent[0] < 0.1


def test_what_the_system_does_not_take_waits_and_nothing_overtakes_it(service: Service) -> None:
    blocks = [bytes([number % 251]) * 100_000 for number in range(400)]
    answers: list[bool] = []
    called: list[int] = []
    drained = Event()

    def what(connection: net.Socket) -> None:
        connection.once("drain", drained.set)
        for number, block in enumerate(blocks):
            done = (lambda error, n=number: called.append(n)) if number % 2 else None
            answers.append(connection.write(block, done))
        assert connection.writable_length > 0
        assert connection.bytes_written == sum(map(len, blocks))

    peer, connection = step(service, what)
    assert answers[0] is True and answers[-1] is False
    assert exactly(peer, sum(map(len, blocks))) == b"".join(blocks)
    assert drained.wait(LIMIT)
    assert connection.writable_length == 0
    in_hub(lambda: None)
    assert called == list(range(1, 400, 2))


def test_they_leave_when_the_listener_blocks(service: Service) -> None:
    release, blocked, called = Event(), Event(), Event()

    def on_data(connection: net.Socket, chunk: bytes) -> None:
        connection.write(b"a")
        connection.write(b"b", lambda error: called.set())
        assert arrived(peer) == b""
        blocked.set()
        release.wait()
        connection.write(b"c")
        connection.write(b"d")

    service.on_data = on_data
    service.start()
    peer, connection = service.pair()
    peer.sendall(b"go")
    assert blocked.wait(LIMIT)
    assert exactly(peer, 2) == b"ab"
    # The write's callback does not wait for the listener either.
    assert called.wait(LIMIT)
    assert connection.bytes_written == 2
    release.set()
    assert exactly(peer, 2) == b"cd"


@pytest.mark.parametrize("no_delay", [False, True])
def test_writes_of_another_greenlet_while_the_listener_is_blocked(
    service: Service, no_delay: bool
) -> None:
    release, blocked, over = Event(), Event(), Event()

    def on_data(connection: net.Socket, chunk: bytes) -> None:
        connection.write(b"1")
        connection.write(b"2")
        blocked.set()
        release.wait()
        connection.write(b"5")
        connection.write(b"6")
        over.set()

    service.on_data = on_data
    service.start(no_delay=no_delay)
    peer, connection = service.pair()
    peer.sendall(b"go")
    assert blocked.wait(LIMIT)
    connection.write(b"3")
    assert arrived(peer, 3) == b"123"
    connection.write(b"4")
    assert arrived(peer, 4) == b"1234"
    release.set()
    assert over.wait(LIMIT)
    assert exactly(peer, 6) == b"123456"


def test_a_write_of_another_greenlet_during_the_step_keeps_its_place(service: Service) -> None:
    def what(connection: net.Socket) -> None:
        connection.write(b"1")
        greenlet(lambda: connection.write(b"2")).switch()
        connection.write(b"3")

    peer, _ = step(service, what)
    assert exactly(peer, 3) == b"123"


def test_a_write_to_another_connection_goes_out_directly(service: Service) -> None:
    service.start()
    other, other_connection = service.pair()
    peer, connection = service.pair()
    over = Event()

    def on_data(_: net.Socket, chunk: bytes) -> None:
        connection.write(b"a")
        other_connection.write(b"1")
        assert arrived(other, 1) == b"1"
        connection.write(b"b")
        other_connection.write(b"2")
        assert arrived(other, 2) == b"12"
        assert arrived(peer) == b""
        over.set()

    service.on_data = on_data
    peer.sendall(b"go")
    assert over.wait(LIMIT)
    assert exactly(peer, 2) == b"ab"
    assert exactly(other, 2) == b"12"


def test_another_connection_is_closed_from_the_step(service: Service) -> None:
    """It has coalesced nothing of its own: what another one has is not sent twice."""
    service.start()
    other, other_connection = service.pair()
    peer, connection = service.pair()

    def on_data(_: net.Socket, chunk: bytes) -> None:
        connection.write(b"a")
        other_connection.end(b"bye")
        connection.end(b"b")

    service.on_data = on_data
    peer.sendall(b"go")
    assert rest(peer) == b"ab"
    assert rest(other) == b"bye"


def test_what_cannot_be_sent_is_told_to_every_callback_and_once_as_an_error(
    service: Service,
) -> None:
    outcome: Queue[tuple[str, Any]] = Queue()

    def on_data(connection: net.Socket, chunk: bytes) -> None:
        connection.on("error", lambda error: outcome.put(("error", error.code)))
        connection.on("close", lambda had_error: outcome.put(("close", had_error)))
        reset(peer)
        connection.write(b"a", lambda error: outcome.put(("a", error.code)))
        connection.write(b"b", lambda error: outcome.put(("b", error.code)))

    service.on_data = on_data
    service.start()
    peer, _ = service.pair()
    peer.sendall(b"go")
    seen = [outcome.get(timeout=LIMIT) for _ in range(4)]
    codes = {code for name, code in seen[:3]}
    assert codes <= {"ECONNRESET", "EPIPE"} and len(codes) == 1
    assert [name for name, _ in seen] == ["a", "b", "error", "close"]
    assert seen[3] == ("close", True)


def test_an_interrupt_while_they_are_sent_is_not_silence(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They are sent, or the connection is closed; the peer does not wait for ever."""
    interrupt = KeyboardInterrupt()
    seen: list[BaseException] = []
    monkeypatch.setattr(
        gevent.get_hub(), "handle_error", lambda context, kind, value, tb: seen.append(value)
    )

    def profile(frame: object, event: str, argument: Any) -> None:
        if event == "c_call" and argument is os.write:
            sys.setprofile(None)
            raise interrupt

    def on_data(connection: net.Socket, chunk: bytes) -> None:
        connection.write(chunk)
        sys.setprofile(profile)

    service.on_data = on_data
    service.start()
    peer, _ = service.pair()
    peer.settimeout(1)
    peer.sendall(b"x")
    assert rest(peer) == b""
    assert seen == [interrupt]


def raw(function: Callable[[], object]) -> Any:
    """A greenlet of greenlet's own, whose exceptions are the hub's, that has begun to wait."""
    started = greenlet(function, gevent.get_hub())
    gevent.get_hub().loop.run_callback(started.switch)
    gevent.sleep(0)
    return started


def test_a_raw_greenlet_that_raises_keeps_no_other_asleep(reported: list[BaseException]) -> None:
    ends = [socket.socketpair() for _ in range(4)]
    sock, *receivers = [net.Socket(fd=near.detach()) for near, _ in ends]
    woken: list[int] = []

    def receive(number: int) -> None:
        with suppress(OSError):
            receivers[number].recv(1)
        woken.append(number)
        raise ValueError(number)

    def destroy(_: bytes) -> None:
        for receiver in receivers:
            receiver.destroy()

    for number in range(3):
        raw(partial(receive, number))
    sock.on("data", destroy)
    ends[0][1].send(b"x")
    for receiver in receivers:
        receiver.wait("close", LIMIT)
    assert woken == [0, 1, 2]
    assert [str(error) for error in reported] == ["0", "1", "2"]
    reported.clear()
    for _, far in ends:
        far.close()
    sock.wait("close", LIMIT)


def test_a_raw_greenlet_that_a_listener_switches_to_raises(reported: list[BaseException]) -> None:
    near, far = socket.socketpair()
    other_near, other_far = socket.socketpair()
    sock, other = net.Socket(fd=near.detach()), net.Socket(fd=other_near.detach())
    got: list[bytes] = []

    def fail() -> None:
        raise ValueError

    def listener(_: bytes) -> None:
        greenlet(fail, gevent.get_hub()).switch()

    sock.on("data", listener)
    other.on("data", got.append)
    far.send(b"x")
    other_far.send(b"x")
    with gevent.Timeout(LIMIT):
        while not got:
            gevent.sleep(0.001)
        other_far.send(b"y")
        while got != [b"x", b"y"]:
            gevent.sleep(0.001)
    assert [type(error) for error in reported] == [ValueError]
    reported.clear()
    for end in (sock, other):
        end.destroy()
        end.wait("close", LIMIT)
    far.close()
    other_far.close()
