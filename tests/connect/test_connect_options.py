"""The options of connect() and listen() that decide who connects to whom, on real sockets."""

from __future__ import annotations

import _socket
import os
import socket as py_socket
import struct
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import gevent
import pytest
from gevent.event import Event
from support.peers import code_of

import geventnet as net
from geventnet.testing import fake_clock, record, settle, unhandled

LOCAL = "127.0.0.1"
LOCAL6 = "::1"


class Watch:
    """What a Socket tells, until it has closed."""

    def __init__(self, socket: net.Socket) -> None:
        self.events: list[Any] = []
        self.data = b""
        self._closed = Event()
        socket.on("data", self._on_data)
        for event in (
            *("lookup", "connectionAttempt", "connectionAttemptFailed"),
            *("connectionAttemptTimeout", "connect", "end", "finish", "error"),
        ):
            self._listen(socket, event)
        socket.on("close", self._closed.set)

    def _on_data(self, chunk: bytes) -> None:
        self.data += chunk

    def _listen(self, socket: net.Socket, event: str) -> None:
        socket.on(event, lambda *args: self.events.append((event, *args)))

    @property
    def error(self) -> Any:
        return next(event[1] for event in self.events if event[0] == "error")

    def until_closed(self) -> list[str]:
        assert self._closed.wait(5)
        return [event[0] for event in self.events]


@pytest.fixture
def server() -> Iterator[net.Server]:
    """A server on 127.0.0.1 that says who is there."""
    server = net.create_server(lambda peer: peer.end(f"{peer.remote_address}"))
    server.listen(0, LOCAL)
    server.wait("listening")
    yield server
    if server.listening:
        server.close()
        server.wait("close")


def port_of(server: net.Server) -> int:
    address: Any = server.address()
    return int(address.port)


@pytest.fixture
def full() -> Iterator[int]:
    """The port of a listener on ::1 that answers nobody: its queue is full."""
    with py_socket.socket(py_socket.AF_INET6) as listening:
        listening.bind((LOCAL6, 0))
        listening.listen(0)
        waiting = []
        for _ in range(4):
            sock = py_socket.socket(py_socket.AF_INET6)
            sock.setblocking(False)
            sock.connect_ex(listening.getsockname())
            waiting.append(sock)
        yield listening.getsockname()[1]
        for sock in waiting:
            sock.close()


def both(*args: Any) -> Any:
    return [(LOCAL6, 6), (LOCAL, 4)]


# Several addresses.


def test_a_listener_that_never_answers_does_not_hold_up_the_other(full: int) -> None:
    with py_socket.create_server((LOCAL, full)) as listening, fake_clock(autojump=True) as clock:
        socket = net.connect(
            port=full,
            host="host.test",
            lookup=both,
            auto_select_family=True,
            auto_select_family_attempt_timeout=60,
        )
        watch = Watch(socket)
        socket.wait("connect")
        assert clock.now == 60
        assert socket.remote_address == LOCAL
        tried = [f"{LOCAL6}:{full}", f"{LOCAL}:{full}"]
        assert socket.auto_select_family_attempted_addresses == tried
        peer, _ = listening.accept()
        socket.end()
        socket.wait("finish")
        peer.close()
        assert watch.until_closed() == [
            *("lookup", "lookup", "connectionAttempt", "connectionAttemptTimeout"),
            *("connectionAttempt", "connect", "finish", "end"),
        ]
        assert watch.events[3] == ("connectionAttemptTimeout", LOCAL6, full, 6)


def test_a_listener_that_refuses_makes_room_for_the_other_at_once(server: net.Server) -> None:
    port = port_of(server)
    socket = net.connect(
        port=port,
        host="host.test",
        lookup=both,
        auto_select_family=True,
        auto_select_family_attempt_timeout=60,
    )
    watch = Watch(socket)
    assert watch.until_closed() == [
        *("lookup", "lookup", "connectionAttempt", "connectionAttemptFailed"),
        *("connectionAttempt", "connect", "end", "finish"),
    ]
    assert watch.events[3][1:4] == (LOCAL6, port, 6)
    assert watch.data == LOCAL.encode()


def test_everybody_refuses() -> None:
    socket = net.connect(port=1, host="host.test", lookup=both, auto_select_family=True)
    watch = Watch(socket)
    watch.until_closed()
    assert isinstance(watch.error, net.ConnectErrors)
    assert watch.error.code == "ECONNREFUSED"
    assert [str(error) for error in watch.error.errors] == [
        "connect ECONNREFUSED ::1:1",
        "connect ECONNREFUSED 127.0.0.1:1",
    ]


def test_destroyed_between_two_attempts(full: int) -> None:
    socket = net.connect(port=full, host="host.test", lookup=both, auto_select_family=True)
    watch = Watch(socket)
    socket.once("connectionAttempt", lambda *args: gevent.spawn(socket.destroy))
    assert watch.until_closed() == ["lookup", "lookup", "connectionAttempt"]


def test_the_default_of_auto_select_family(server: net.Server) -> None:
    assert net.get_default_auto_select_family() is False
    net.set_default_auto_select_family(True)
    try:
        assert net.get_default_auto_select_family() is True
        socket = net.connect(port=port_of(server), host="host.test", lookup=both)
        watch = Watch(socket)
        watch.until_closed()
        assert socket.auto_select_family_attempted_addresses is not None
    finally:
        net.set_default_auto_select_family(False)


def test_the_default_of_the_attempt_timeout() -> None:
    get = net.get_default_auto_select_family_attempt_timeout
    set_default = net.set_default_auto_select_family_attempt_timeout
    assert get() == 0.25
    try:
        set_default(1.5)
        assert get() == 1.5
        set_default(0.001)
        assert get() == 0.010
    finally:
        set_default(0.25)
    assert code_of(lambda: set_default(0)) == "ERR_OUT_OF_RANGE"
    assert code_of(lambda: set_default("x")) == "ERR_INVALID_ARG_TYPE"  # type: ignore[arg-type]
    assert get() == 0.25
    switch: Any = net.set_default_auto_select_family
    assert code_of(lambda: switch(1)) == "ERR_INVALID_ARG_TYPE"


# Look-ups.


def test_a_name_is_looked_up_by_the_resolver(server: net.Server) -> None:
    socket = net.connect(port=port_of(server), host="localhost", family=4)
    watch = Watch(socket)
    watch.until_closed()
    assert watch.events[0] == ("lookup", None, LOCAL, 4, "localhost")
    assert watch.data == LOCAL.encode()


def test_a_name_that_nobody_knows() -> None:
    socket = net.connect(port=1, host="nobody.invalid")
    watch = Watch(socket)
    assert watch.until_closed() == ["lookup", "error"]
    assert isinstance(watch.error, py_socket.gaierror)
    assert watch.error.hostname == "nobody.invalid"  # type: ignore[attr-defined]
    assert watch.error.syscall == "getaddrinfo"  # type: ignore[attr-defined]
    assert watch.events[0] == ("lookup", watch.error, None, None, "nobody.invalid")


def test_destroyed_during_a_look_up(monkeypatch: pytest.MonkeyPatch) -> None:
    asked, ended = Event(), Event()

    def getaddrinfo(*args: object) -> object:
        asked.set()
        try:
            gevent.sleep(60)
        finally:
            ended.set()
        return []

    monkeypatch.setattr(gevent.get_hub().resolver, "getaddrinfo", getaddrinfo, raising=False)
    socket = net.connect(port=1, host="slow.test")
    watch = Watch(socket)
    assert asked.wait(5)
    socket.destroy()
    assert watch.until_closed() == []
    assert ended.wait(5)


def test_a_lookup_is_called_in_the_greenlet_that_connects(server: net.Server) -> None:
    seen: list[object] = []

    def lookup(host: str, options: net.LookupOptions, callback: Callable[..., None]) -> None:
        seen.append(gevent.getcurrent())
        callback(None, LOCAL, 4)

    socket = net.connect(port=port_of(server), host="host.test", lookup=lookup)
    assert seen == [gevent.getcurrent()]
    Watch(socket).until_closed()


# The limit.


def test_the_limit_on_connecting(full: int) -> None:
    with fake_clock(autojump=True) as clock:
        socket = net.connect(port=full, host=LOCAL6, connect_timeout=30)
        trace = record(socket, name="client")
        with pytest.raises(TimeoutError):
            socket.wait("connect")
        settle()
        assert clock.now == 30
    assert trace == [
        f"client connectionAttempt '::1' {full} 6",
        "client error TimeoutError('connect() took longer than 30.0 seconds')",
        "client close True",
    ]
    assert socket.errored.code == "ETIMEDOUT"  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "call",
    [
        lambda sock: sock.__enter__(),
        lambda sock: sock.recv(1),
        lambda sock: sock.sendall(b"x"),
        lambda sock: sock.wait("connect"),
    ],
)
def test_the_timeout_limits_connecting_for_whoever_blocks(
    full: int, call: Callable[[net.Socket], object]
) -> None:
    socket = net.connect(port=full, host=LOCAL6, timeout=0.05)
    with pytest.raises(TimeoutError, match=r"took longer than 0\.0\d{1,2} seconds"):
        call(socket)
    if not socket.connecting:
        assert socket.destroyed
        with pytest.raises(OSError, match="EBADF"):
            socket.recv(1)
    socket.destroy()


def test_the_timeout_does_not_limit_what_follows(server: net.Server) -> None:
    server.remove_all_listeners("connection")
    server.on("connection", lambda peer: gevent.spawn_later(0.05, peer.end, b"late"))
    with net.connect(port=port_of(server), host=LOCAL, timeout=0.02) as socket:
        assert socket.recv_exactly(4) == b"late"


def test_the_timeout_is_nodes_in_events(full: int) -> None:
    socket = net.connect(port=full, host=LOCAL6, timeout=0.01)
    socket.wait("timeout", 5)
    assert socket.connecting
    socket.destroy()


def test_the_limit_does_not_end_a_connection(server: net.Server) -> None:
    server.remove_all_listeners("connection")
    server.on("connection", lambda peer: peer.resume())
    socket = net.connect(port=port_of(server), host=LOCAL, connect_timeout=0.02)
    watch = Watch(socket)
    socket.wait("connect")
    gevent.sleep(0.04)
    assert not socket.destroyed
    socket.end()
    assert "error" not in watch.until_closed()


# Binding.


def test_the_local_address_and_port(server: net.Server) -> None:
    with py_socket.socket() as free:
        free.bind(("127.0.0.2", 0))
        port = free.getsockname()[1]
    socket = net.connect(
        port=port_of(server), host=LOCAL, local_address="127.0.0.2", local_port=port
    )
    watch = Watch(socket)
    socket.wait("connect")
    assert (socket.local_address, socket.local_port) == ("127.0.0.2", port)
    watch.until_closed()
    assert watch.data == b"127.0.0.2"


def test_a_local_port_that_is_taken(server: net.Server) -> None:
    port = port_of(server)
    socket = net.connect(port=port, host=LOCAL, local_address=LOCAL, local_port=port)
    watch = Watch(socket)
    watch.until_closed()
    assert watch.error.code == "EADDRINUSE"
    assert watch.error.syscall == "bind"


class Broken:
    """A resolver that raises what is no OSError."""

    def __init__(self, raises: BaseException) -> None:
        self._raises = raises

    def getaddrinfo(self, *args: Any) -> Any:
        raise self._raises


# A greenlet reports a Timeout that ends it, and says nothing of a kill.
@pytest.fixture(
    params=[KeyError("mine"), gevent.Timeout(), gevent.GreenletExit()],
    ids=lambda error: type(error).__name__,
)
def broken(
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[BaseException]:
    """What the resolver raises."""
    monkeypatch.setattr(gevent.get_hub(), "resolver", Broken(request.param))
    with unhandled() as errors:
        yield request.param
        assert set(errors) <= {request.param}
        errors.clear()


def is_answer(error: BaseException, broken: BaseException) -> bool:
    return error is broken or getattr(error, "code", None) == "EAI_FAIL"


def test_a_listen_whose_look_up_breaks_fails(broken: BaseException) -> None:
    server = net.create_server().listen(0, "host.test")
    with gevent.Timeout(5):
        assert is_answer(server.wait("error"), broken)
    assert not server.listening
    server.listen(0, LOCAL)
    server.wait("listening")
    server.close()
    server.wait("close")


def test_a_connect_whose_look_up_breaks_fails(broken: BaseException) -> None:
    watch = Watch(net.connect(80, "host.test"))
    assert watch.until_closed()[-1] == "error"
    assert is_answer(watch.error, broken)


# Block lists.


def blocking(address: str) -> net.BlockList:
    blocked = net.BlockList()
    blocked.add_address(address)
    return blocked


@pytest.mark.parametrize("host", [LOCAL, "host.test"])
def test_connecting_to_a_blocked_address(server: net.Server, host: str) -> None:
    socket = net.connect(
        port=port_of(server), host=host, lookup=lambda *args: LOCAL, block_list=blocking(LOCAL)
    )
    watch = Watch(socket)
    watch.until_closed()
    assert watch.error.code == "ERR_IP_BLOCKED"
    assert "connectionAttempt" not in [event[0] for event in watch.events]
    other = net.connect(port=port_of(server), host=LOCAL, block_list=blocking("192.0.2.1"))
    watch = Watch(other)
    watch.until_closed()
    assert watch.data == LOCAL.encode()


def test_blocked_peers_are_disconnected_without_an_event() -> None:
    server = net.create_server(block_list=blocking("127.0.0.2"))
    told: list[str] = []
    for event in ("drop", "connection"):
        server.on(event, lambda *args, event=event: told.append(event))
    server.on("connection", lambda peer: peer.end("hello"))
    server.listen(0, LOCAL)
    server.wait("listening")
    server.max_connections = 1
    refused = Watch(net.connect(port=port_of(server), host=LOCAL, local_address="127.0.0.2"))
    assert "connect" in refused.until_closed()
    assert refused.data == b""
    assert told == []
    welcome = Watch(net.connect(port=port_of(server), host=LOCAL))
    welcome.until_closed()
    assert welcome.data == b"hello"
    assert told == ["connection"]
    server.block_list = None
    welcome = Watch(net.connect(port=port_of(server), host=LOCAL, local_address="127.0.0.2"))
    welcome.until_closed()
    assert welcome.data == b"hello"
    server.close()
    server.wait("close")


def test_a_mapped_peer_is_blocked_by_its_ipv4_address() -> None:
    server = net.create_server(block_list=blocking(LOCAL))
    server.on("connection", lambda peer: peer.end("hello"))
    server.listen(0)
    server.wait("listening")
    refused = Watch(net.connect(port=port_of(server), host=LOCAL))
    refused.until_closed()
    assert refused.data == b""
    server.close()
    server.wait("close")


def reset_before_accept(server: net.Server, data: bytes = b"secret") -> int:
    """Connect, send and reset while the server has had no turn; returns the port it was."""
    with _socket_of_the_system() as peer:
        peer.connect((LOCAL, port_of(server)))
        port = int(peer.getsockname()[1])
        peer.send(data)
        peer.setsockopt(py_socket.SOL_SOCKET, py_socket.SO_LINGER, struct.pack("ii", 1, 0))
    return port


@contextmanager
def _socket_of_the_system() -> Iterator[Any]:
    """A socket whose calls block the thread, patched or not."""
    sock = _socket.socket(py_socket.AF_INET, py_socket.SOCK_STREAM)
    try:
        yield sock
    finally:
        sock.close()


@pytest.mark.parametrize("host", [LOCAL, "::"])
def test_a_blocked_peer_that_resets_before_accept_is_not_let_in(host: str) -> None:
    server = net.create_server(block_list=blocking(LOCAL))
    told: list[str] = []
    server.on("connection", lambda peer: told.append("connection"))
    server.listen(0, host)
    server.wait("listening")
    for _ in range(10):
        reset_before_accept(server)
    # Accepted in order: when this one is there, the others have been.
    Watch(net.connect(port=port_of(server), host=LOCAL)).until_closed()
    assert told == []
    server.close()
    server.wait("close")


def test_the_address_of_a_peer_that_reset_before_accept_is_known() -> None:
    server = net.create_server()
    seen: list[Any] = []
    server.on("connection", lambda peer: seen.append((peer.remote_address, peer.remote_port)))
    server.listen(0, LOCAL)
    server.wait("listening")
    port = reset_before_accept(server)
    while not seen:
        gevent.idle()
    assert seen == [(LOCAL, port)]
    server.close()
    server.wait("close")


def test_the_address_of_a_dropped_peer_that_reset_before_accept_is_known() -> None:
    server = net.create_server(lambda peer: peer.write("x"))
    server.listen(0, LOCAL)
    server.wait("listening")
    server.max_connections = 1
    with net.connect(port=port_of(server), host=LOCAL) as first:
        assert first.recv_exactly(1) == b"x"
        port = reset_before_accept(server)
        dropped = server.wait("drop")
        assert (dropped.remote_address, dropped.remote_port) == (LOCAL, port)
        assert dropped.remote_family == "IPv4"
        assert dropped.local_port == port_of(server)
    server.close()
    server.wait("close")


def test_an_accepted_socket_that_connects_elsewhere_has_another_peer(server: net.Server) -> None:
    arrived: list[net.Socket] = []
    first = net.create_server(arrived.append).listen(0, LOCAL)
    first.wait("listening")
    client = net.connect(port=port_of(first), host=LOCAL)
    while not arrived:
        gevent.idle()
    [accepted] = arrived
    assert accepted.remote_port == client.local_port
    client.destroy()
    accepted.destroy()
    accepted.wait("close")
    accepted.connect(port_of(server), LOCAL)
    accepted.wait("connect")
    assert accepted.remote_port == port_of(server)
    accepted.destroy()
    first.close()
    first.wait("close")


@pytest.mark.parametrize("blocked", ["127.0.0.0/8", "::1/128"])
@pytest.mark.parametrize(
    "host", ["0.0.0.0", "0", "::", "::ffff:0.0.0.0", "::ffff:0:0", "0:0:0:0:0:0:0:0"]
)
def test_the_unspecified_address_is_loopback_to_a_block_list(host: str, blocked: str) -> None:
    server = net.create_server(lambda peer: peer.end("inside"))
    server.listen(0, "::")
    server.wait("listening")
    loopback = net.BlockList()
    loopback.add_subnet(blocked)
    assert not loopback.check("0.0.0.0") and not loopback.check("::")
    watch = Watch(net.connect(port=port_of(server), host=host, block_list=loopback))
    watch.until_closed()
    assert watch.error.code == "ERR_IP_BLOCKED"
    assert watch.data == b""
    watch = Watch(net.connect(port=port_of(server), host=host, block_list=blocking("192.0.2.1")))
    watch.until_closed()
    assert watch.data == b"inside"
    server.close()
    server.wait("close")


def test_something_else_is_no_block_list() -> None:
    create: Any = net.create_server
    assert code_of(lambda: create(block_list=[LOCAL])) == "ERR_INVALID_ARG_TYPE"


# onread=.


@pytest.fixture
def talk() -> Iterator[Callable[..., Any]]:
    """Connects with options and returns the Socket and the plain socket at its other end."""
    with py_socket.create_server((LOCAL, 0)) as listening:
        peers = []

        def connect(**options: Any) -> tuple[net.Socket, py_socket.socket]:
            socket = net.connect(listening.getsockname()[1], LOCAL, **options)
            socket.wait("connect")
            peer, _ = listening.accept()
            peers.append(peer)
            return socket, peer

        yield connect
        for peer in peers:
            peer.close()


def test_onread_fills_one_buffer_and_emits_no_data(talk: Callable[..., Any]) -> None:
    buffer = bytearray(4)
    read: list[bytes] = []

    def on_read(count: int, filled: bytearray) -> None:
        assert filled is buffer
        read.append(bytes(filled[:count]))

    socket, peer = talk(onread={"buffer": buffer, "callback": on_read})
    watch = Watch(socket)
    peer.sendall(b"abcdefghij")
    peer.shutdown(py_socket.SHUT_WR)
    assert watch.until_closed() == ["end", "finish"]
    assert b"".join(read) == b"abcdefghij"
    assert all(len(chunk) <= 4 for chunk in read)
    assert watch.data == b""
    assert socket.bytes_read == 10


def test_onread_asks_for_a_buffer_for_every_read(talk: Callable[..., Any]) -> None:
    given: list[bytearray] = []
    read: list[tuple[int, bytes]] = []

    def make() -> bytearray:
        given.append(bytearray(2))
        return given[-1]

    def on_read(count: int, filled: bytearray) -> None:
        assert filled is given[-1]
        read.append((len(given), bytes(filled[:count])))

    socket, peer = talk(onread=net.OnRead(buffer=make, callback=on_read))
    watch = Watch(socket)
    peer.sendall(b"abcdef")
    peer.shutdown(py_socket.SHUT_WR)
    watch.until_closed()
    assert b"".join(chunk for _, chunk in read) == b"abcdef"
    assert [count for count, _ in read] == list(range(1, len(read) + 1))


def test_onread_false_pauses_until_resume(talk: Callable[..., Any]) -> None:
    read: list[bytes] = []

    def on_read(count: int, filled: bytearray) -> bool:
        read.append(bytes(filled[:count]))
        return False

    socket, peer = talk(onread={"buffer": bytearray(1), "callback": on_read})
    watch = Watch(socket)
    peer.sendall(b"abc")
    for count in (1, 2, 3):
        while len(read) < count:
            gevent.sleep(0)
        for _ in range(5):
            gevent.sleep(0)
        assert len(read) == count
        socket.resume()
    peer.close()
    watch.until_closed()
    assert read == [b"a", b"b", b"c"]


def test_onread_and_pause(talk: Callable[..., Any]) -> None:
    read = bytearray()
    socket, peer = talk(
        onread={"buffer": bytearray(8), "callback": lambda count, filled: read.extend(filled)}
    )
    watch = Watch(socket)
    socket.pause()
    peer.sendall(b"waits...")
    for _ in range(20):
        gevent.sleep(0)
    assert not read
    socket.resume()
    while not read:
        gevent.sleep(0)
    assert read == b"waits..."
    peer.close()
    watch.until_closed()


def test_onread_may_block_its_own_socket_alone(talk: Callable[..., Any]) -> None:
    go, read = Event(), bytearray()

    def on_read(count: int, filled: bytearray) -> None:
        read.extend(filled[:count])
        go.wait(5)

    slow, slow_peer = talk(onread={"buffer": bytearray(1), "callback": on_read})
    quick, quick_peer = talk()
    watches = Watch(slow), Watch(quick)
    slow_peer.sendall(b"ab")
    quick_peer.sendall(b"now")
    while watches[1].data != b"now":
        gevent.sleep(0)
    assert read == b"a"
    go.set()
    slow_peer.close()
    quick_peer.close()
    for watch in watches:
        watch.until_closed()
    assert read == b"ab"


def test_what_onread_takes_cannot_be_received(talk: Callable[..., Any]) -> None:
    socket, peer = talk(onread={"buffer": bytearray(8), "callback": lambda count, filled: None})
    with pytest.raises(net.NetRuntimeError, match="onread="):
        socket.recv(1)
    peer.close()
    Watch(socket).until_closed()


@pytest.mark.parametrize(
    "onread",
    [
        5,
        {},
        {"buffer": bytearray(1)},
        {"callback": print},
        {"buffer": b"read-only", "callback": print},
        {"buffer": bytearray(), "callback": print},
        {"buffer": "text", "callback": print},
        {"buffer": bytearray(1), "callback": 5},
    ],
)
def test_a_bad_onread_is_refused(onread: Any) -> None:
    assert code_of(lambda: net.Socket(onread=onread)) == "ERR_INVALID_ARG_TYPE"
    assert code_of(lambda: net.connect(1, onread=onread)) == "ERR_INVALID_ARG_TYPE"


# Options of a connection.


def test_the_type_of_service(talk: Callable[..., Any]) -> None:
    socket = net.Socket()
    assert socket.get_type_of_service() == 0
    assert socket.set_type_of_service(0x10) is socket
    assert socket.get_type_of_service() == 0x10
    socket, peer = talk()
    socket.set_type_of_service(0x20)
    with py_socket.socket(fileno=os.dup(socket.fileno())) as plain:
        assert plain.getsockopt(py_socket.IPPROTO_IP, py_socket.IP_TOS) == 0x20
    assert socket.get_type_of_service() == 0x20
    for tos, code in ((256, "ERR_OUT_OF_RANGE"), (-1, "ERR_OUT_OF_RANGE"), ("x", None)):
        call: Any = socket.set_type_of_service
        assert code_of(lambda call=call, tos=tos: call(tos)) == (code or "ERR_INVALID_ARG_TYPE")  # type: ignore[misc]
    peer.close()
    Watch(socket).until_closed()


@pytest.mark.parametrize("host", [LOCAL, LOCAL6])
def test_a_type_of_service_that_is_set_before_connecting(host: str) -> None:
    server = net.create_server(lambda peer: peer.resume()).listen(0, host)
    server.wait("listening")
    socket = net.Socket().set_type_of_service(0x48)
    socket.connect(port_of(server), host)
    socket.wait("connect")
    assert socket.get_type_of_service() == 0x48
    server.close()
    socket.end()
    Watch(socket).until_closed()


def test_the_probes_of_keep_alive(talk: Callable[..., Any]) -> None:
    socket, peer = talk()
    with py_socket.socket(fileno=os.dup(socket.fileno())) as plain:

        def probes() -> tuple[int, ...]:
            tcp = py_socket.IPPROTO_TCP
            names = (py_socket.TCP_KEEPIDLE, py_socket.TCP_KEEPINTVL, py_socket.TCP_KEEPCNT)
            return tuple(plain.getsockopt(tcp, name) for name in names)

        socket.set_keep_alive(True, 30)
        assert probes() == (30, 1, 10)
        socket.set_keep_alive(True, 30, 7, 3)
        assert probes() == (30, 7, 3)
        assert plain.getsockopt(py_socket.SOL_SOCKET, py_socket.SO_KEEPALIVE) == 1
        socket.set_keep_alive(False)
        assert plain.getsockopt(py_socket.SOL_SOCKET, py_socket.SO_KEEPALIVE) == 0
    call: Any = socket.set_keep_alive
    assert code_of(lambda: call(True, 0, -1)) == "ERR_OUT_OF_RANGE"
    assert code_of(lambda: call(True, 0, 1, 0)) == "ERR_OUT_OF_RANGE"
    assert code_of(lambda: call(True, 0, "x")) == "ERR_INVALID_ARG_TYPE"
    peer.close()
    Watch(socket).until_closed()


# Listening.


def test_two_servers_on_one_port() -> None:
    first = net.create_server().listen(port=0, host=LOCAL, reuse_port=True)
    first.wait("listening")
    second = net.create_server().listen(port=port_of(first), host=LOCAL, reuse_port=True)
    second.wait("listening")
    third = net.create_server().listen(port=port_of(first), host=LOCAL)
    assert third.wait("error").code == "EADDRINUSE"
    for server in (first, second):
        server.close()
        server.wait("close")


@pytest.fixture
def deep(tmp_path: Path) -> Path:
    """A directory whose name alone has no room in a socket address."""
    directory = tmp_path / ("d" * 100) / ("e" * 100)
    directory.mkdir(parents=True)
    return directory


def test_a_path_that_has_no_room_in_an_address(deep: Path) -> None:
    path = str(deep / "socket")
    server = net.create_server(lambda peer: peer.end("found")).listen(path)
    server.wait("listening")
    assert server.address() == path
    assert os.listdir(deep) == ["socket"]
    watch = Watch(net.connect(path))
    watch.until_closed()
    assert watch.data == b"found"
    server.close()
    server.wait("close")
    assert os.listdir(deep) == []


@pytest.mark.parametrize("name", ["x" * 200, "\0" + "x" * 200])
def test_a_name_that_has_no_room_at_all(deep: Path, name: str) -> None:
    path = name if name[0] == "\0" else str(deep / name)
    error = net.create_server().listen(path).wait("error")
    assert (error.code, error.syscall) == ("ENAMETOOLONG", "listen")
    watch = Watch(net.connect(path))
    watch.until_closed()
    assert (watch.error.code, watch.error.syscall) == ("ENAMETOOLONG", "connect")
    assert os.listdir(deep) == []


def test_a_long_path_that_is_not_there(deep: Path) -> None:
    for path in (deep / "missing", deep / "missing" / "socket"):
        watch = Watch(net.connect(str(path)))
        watch.until_closed()
        assert watch.error.code == "ENOENT"
        assert watch.error.address == str(path)
