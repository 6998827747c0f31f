"""Random walks over the operations of Socket and of Server; see `legal` for what is looked at.

A walk is a list of operations, which hypothesis makes, shrinks when one fails, and prints. They are
the same each time; GEVENTNET_WALKS=N makes N for each test, GEVENTNET_SEED=S others. A run of many
needs `-o faulthandler_timeout=0`.
"""

from __future__ import annotations

import _socket
import errno
import os
import struct
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from operator import methodcaller
from pathlib import Path
from typing import Any, Final

import gevent
import pytest
from gevent.event import Event
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from support.legal import legal
from support.scripted import END, ScriptedTransport, scripted, turn, turn_until
from support.service import reported

import geventnet as net

# What is left of a limit may be less than the loop can measure.
pytestmark = pytest.mark.filterwarnings("ignore:libuv only supports millisecond:UserWarning")

LOCAL = "127.0.0.1"
LIMIT = 5.0
WALKS = int(os.environ.get("GEVENTNET_WALKS", "0"))
SEED = os.environ.get("GEVENTNET_SEED", "0")
RESET = struct.pack("ii", 1, 0)
Op = tuple[Any, ...]

accept = methodcaller("_accept")


class Boom(Exception):
    """What listeners and resolvers raise, and what a socket is destroyed with."""


class Broken:
    """What went wrong where nobody would see it."""

    def __init__(self) -> None:
        self.found: list[object] = []

    def check(self) -> None:
        assert not self.found, self.found


def in_child(holds: Callable[[], bool]) -> bool:
    """Whether something holds in a forked child."""
    child = os.fork()
    if not child:
        try:
            os._exit(0 if holds() else 1)
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(2)
    return os.waitpid(child, 0)[1] == 0


class Host:
    """A listening socket of the system, with small buffers, and the peers that it has accepted."""

    def __init__(self, path: Path | None) -> None:
        family = _socket.AF_INET if path is None else _socket.AF_UNIX
        self.sock = _socket.socket(family, _socket.SOCK_STREAM)
        self.sock.setblocking(False)
        self.sock.setsockopt(_socket.SOL_SOCKET, _socket.SO_RCVBUF, 4096)
        self.sock.bind((LOCAL, 0) if path is None else str(path))
        self.sock.listen(50)
        where = self.sock.getsockname()
        self.target: dict[str, Any] = (
            {"port": where[1], "host": LOCAL} if path is None else {"path": where}
        )
        self.peers: list[_socket.socket] = []

    def accept(self) -> None:
        while True:
            try:
                descriptor, _ = accept(self.sock)
            except BlockingIOError:
                return
            self.peers.append(_socket.socket(fileno=descriptor))
            self.peers[-1].setblocking(False)

    def drop(self) -> None:
        self.accept()
        for peer in self.peers:
            peer.close()
        self.peers.clear()

    def close(self) -> None:
        self.drop()
        self.sock.close()


class Walked(net.Socket):
    """A Socket that keeps its lives."""

    def _net_renewed(self) -> None:
        super()._net_renewed()
        self.lives = [*getattr(self, "lives", ()), self._net_life]


def is_closed(life: Any) -> bool:
    return bool(life.state.name == "CLOSED")


class SocketWalk:
    """One Socket, its peers, and what it has told."""

    def __init__(self, ground: str, host: Host, refusing: dict[str, Any]) -> None:
        self.host = host
        self.refusing = refusing
        self.broken = Broken()
        self.greenlets: list[gevent.Greenlet[..., Any]] = []
        self.gate = Event()
        self.called: dict[int, int] = {}
        self.closes = 0
        self.told_connect: set[int] = set()
        self.sink, self.sink_wire = scripted(room=1000)
        self.sink.on("error", lambda error: None)
        self.wire: ScriptedTransport | None = None
        self.socket: Any
        if ground == "scripted":
            made: list[ScriptedTransport] = []

            def make(context: Any) -> ScriptedTransport:
                made.append(ScriptedTransport(context, 1000))
                return made[0]

            self.socket = Walked.over(make)
            self.wire = made[0]
        else:
            self.socket = Walked()
        self.socket.set_max_listeners(0)
        self.sink.set_max_listeners(0)
        self.listen_in()

    # What is told.

    def listen_in(self) -> None:
        self.socket.on("close", self.on_close)
        self.socket.on("connect", self.on_connect)
        for event in ("connect", "ready", "end", "finish", "drain", "timeout", "lookup"):
            self.socket.on(event, self.on_event)

    def on_close(self) -> None:
        self.closes += 1

    def on_connect(self) -> None:
        self.told_connect.add(len(self.socket.lives))
        with suppress(OSError):
            self.socket.setsockopt(_socket.SOL_SOCKET, _socket.SO_SNDBUF, 4096)

    def on_event(self) -> None:
        if is_closed(self.socket.lives[-1]):
            self.broken.found.append("an event after 'close'")

    def callback(self) -> Callable[..., object]:
        number = len(self.called)
        self.called[number] = 0

        def call(error: object = None) -> None:
            self.called[number] += 1

        return call

    # Steps.

    def step(self, op: Op) -> None:
        with suppress(OSError, net.NetError, Boom, gevent.Timeout, gevent.GreenletExit):
            getattr(self, f"do_{op[0]}")(*op[1:])
        self.look()

    def look(self) -> None:
        legal(self.socket)
        legal(self.sink)
        self.broken.check()
        assert self.closes == sum(map(is_closed, self.socket.lives)), "'close' of each life, once"
        assert max(self.called.values(), default=0) <= 1, "a callback was called twice"

    def finish(self) -> None:
        """It tells what it owes, and can be connected once more."""
        self.gate.set()
        self.do_turn(1)
        for greenlet in self.greenlets:
            greenlet.kill()
        self.look()
        socket = self.socket
        assert turn_until(lambda: not socket.connecting), "neither 'connect' nor 'error' came"
        turn()
        self.look()
        if socket.fileno() >= 0:
            assert len(socket.lives) in self.told_connect, "'connect' never came"
        socket.remove_all_listeners()
        self.listen_in()
        self.spawn(socket.close)
        socket.destroy()
        self.do_connect()
        assert turn_until(lambda: not socket.connecting), "neither 'connect' nor 'error' came"
        turn()
        self.look()
        assert socket.fileno() >= 0, "the last life has ended this one"
        assert len(socket.lives) in self.told_connect, "'connect' never came"
        socket.cork()
        self.do_write_called(100)
        self.do_write_called(100)
        self.do_end_called()
        assert turn_until(lambda: socket.writable_finished), "'finish' never came"
        self.look()
        for one in (socket, self.sink):
            one.destroy()
            one.wait("close", LIMIT)
        turn()
        self.look()
        for life in socket.lives:
            assert is_closed(life) or life.state.name == "LIVE", "'close' never came"
        assert min(self.called.values(), default=1) == 1, "a callback was never called"
        self.host.drop()

    def spawn(self, function: Callable[..., object], *args: Any) -> None:
        def run() -> None:
            try:
                function(*args)
            except (OSError, EOFError, net.NetError, gevent.Timeout, Boom):
                return
            except Exception as error:
                self.broken.found.append(error)

        self.greenlets.append(gevent.spawn(run))
        turn(1)

    def do_turn(self, times: int) -> None:
        for _ in range(times):
            turn(1)
            self.host.accept()

    def do_within(self, event: str, op: Op) -> None:
        """Do it in a listener."""

        def listener(*_: object) -> None:
            with suppress(OSError, net.NetError):
                getattr(self, f"do_{op[0]}")(*op[1:])

        self.socket.once(event, listener)

    # Both ends.

    def do_fork(self) -> None:
        def is_dead() -> bool:
            legal(self.socket)
            return bool(
                self.socket.destroyed or (self.socket.pending and not self.socket.connecting)
            )

        assert in_child(is_dead), "a connection is alive in a forked child"

    def do_connect(self) -> None:
        self.socket.connect(**self.host.target)

    def do_connect_refused(self) -> None:
        self.socket.connect(**self.refusing)

    def do_connect_several(self) -> None:
        self.socket.connect(
            port=self.host.target.get("port", 1),
            host="walk.example",
            lookup=lambda *_: [("127.0.0.2", 4), (LOCAL, 4)],
            auto_select_family=True,
        )

    def do_peer_send(self, size: int) -> None:
        if self.host.peers:
            self.host.peers[-1].send(bytes(size))
        if self.wire is not None and size:
            self.wire.arrives(bytes(size))

    def do_peer_read(self) -> None:
        for peer in self.host.peers:
            while len(peer.recv(65536)) == 65536:
                pass

    def do_peer_room(self, size: int) -> None:
        self.sink_wire.makes_room(size)
        if self.wire is not None:
            self.wire.makes_room(size)

    def do_peer_end(self) -> None:
        if self.wire is not None:
            self.wire.arrives(END)
        if self.host.peers:
            self.host.peers[-1].shutdown(_socket.SHUT_WR)

    def do_peer_reset(self) -> None:
        if self.wire is not None:
            error = ConnectionResetError(errno.ECONNRESET, "reset")
            self.wire.fails(error)
            self.wire.arrives(error)
        if self.host.peers:
            peer = self.host.peers.pop()
            peer.setsockopt(_socket.SOL_SOCKET, _socket.SO_LINGER, RESET)
            peer.close()

    def do_peer_close(self) -> None:
        if self.host.peers:
            self.host.peers.pop().close()

    # Node's vocabulary.

    def do_write(self, size: int) -> None:
        self.socket.write(bytes(size))

    def do_write_called(self, size: int) -> None:
        self.socket.write(bytes(size), self.callback())

    def do_end(self, size: int) -> None:
        self.socket.end(bytes(size))

    def do_end_called(self) -> None:
        if not self.socket.destroyed:
            # Node calls nobody back who ends what is destroyed.
            self.socket.end(self.callback())

    def do_destroy(self) -> None:
        self.socket.destroy()

    def do_fail(self) -> None:
        self.socket.destroy(Boom("destroy"))

    def do_destroy_soon(self) -> None:
        self.socket.destroy_soon()

    def do_reset(self) -> None:
        self.socket.reset_and_destroy()

    def do_pause(self) -> None:
        self.socket.pause()

    def do_resume(self) -> None:
        self.socket.resume()

    def do_cork(self) -> None:
        self.socket.cork()

    def do_uncork(self) -> None:
        self.socket.uncork()

    def do_read(self, size: int | None) -> None:
        self.socket.read(size)

    def do_unshift(self, size: int) -> None:
        self.socket.unshift(bytes(size))

    def do_set_encoding(self) -> None:
        self.socket.set_encoding("latin1")

    def do_listen(self, event: str, kind: str) -> None:
        self.socket.on(event, getattr(self, kind))

    def plain(self, *_: object) -> None:
        """A listener that does nothing."""

    def block(self, *_: object) -> None:
        """Until the gate opens; not for long, because `read()` calls it in the walk itself."""
        self.gate.wait(0.01)

    def boom(self, *_: object) -> None:
        raise Boom("listener")

    def expire(self, *_: object) -> None:
        raise gevent.Timeout

    def leave(self, *_: object) -> None:
        raise gevent.GreenletExit

    def exceed(self, *_: object) -> None:
        """Be thrown out of a wait by a timeout, which nobody catches."""
        with gevent.Timeout(0.001):
            self.gate.wait(0.01)

    def do_unlisten(self, event: str) -> None:
        self.socket.remove_all_listeners(event)

    def do_unlisten_all(self) -> None:
        self.socket.remove_all_listeners()
        self.listen_in()

    def do_gate(self) -> None:
        self.gate.set()
        self.gate.clear()

    def do_pipe(self) -> None:
        self.socket.pipe(self.sink)

    def do_unpipe(self) -> None:
        self.socket.unpipe()

    def do_set_timeout(self, seconds: float) -> None:
        self.socket.set_timeout(seconds)

    def do_set_no_delay(self, enable: bool) -> None:
        self.socket.set_no_delay(enable)

    def do_ref(self, ref: bool) -> None:
        self.socket.ref() if ref else self.socket.unref()

    def do_detach(self) -> None:
        os.close(self.socket.detach())

    def do_adopt(self) -> None:
        """Give the connection to another Socket, which ends it."""
        other = net.Socket(fd=self.socket.detach())
        other.on("error", lambda error: None)
        other.resume().end(b"adopted")

    def do_pass(self) -> None:
        """Give the connection away, with what was received and not read."""

        def give() -> None:
            one, two = _socket.socketpair()
            here, there = (net.Socket(fd=sock.detach(), handles=True) for sock in (one, two))
            try:
                here.send_handle(self.socket)
                there.receive_handle()[0].destroy()
            finally:
                here.destroy()
                there.destroy()

        self.spawn(give)

    # Python's vocabulary.

    def do_recv(self, size: int) -> None:
        self.spawn(self.socket.recv, size)

    def do_recv_limited(self, limit: float) -> None:
        self.spawn(self.limited, limit, self.socket.recv_exactly, 5000)

    def do_sendall(self, size: int) -> None:
        self.spawn(self.socket.sendall, bytes(size))

    def do_sendall_limited(self, limit: float) -> None:
        self.spawn(self.limited, limit, self.socket.sendall, bytes(70000))

    def limited(self, limit: float, call: Callable[..., object], *args: Any) -> None:
        with gevent.Timeout(limit):
            call(*args)

    def do_settimeout(self, limit: float | None) -> None:
        self.socket.settimeout(limit)

    def do_shutdown(self, how: int) -> None:
        self.spawn(self.socket.shutdown, how)

    def do_close(self) -> None:
        self.spawn(self.socket.close)

    def do_kill(self) -> None:
        if self.greenlets:
            self.greenlets.pop(0).kill()


#: The listeners, the harmless one twice.
KINDS: Final = ("plain", "plain", "block", "boom", "expire", "leave", "exceed")
SIZES: Final = (0, 1, 100, 5000, 20000, 70000)
EVENTS: Final = ("data", "readable", "end", "drain", "finish", "connect", "close", "error")


def ops(name: str, *arguments: Any) -> list[Op]:
    return [(name, argument) for argument in arguments] if arguments else [(name,)]


def random_walks(number: int, name: str, *given_by: Any) -> Callable[[Any], Any]:
    """Call a function with so many walks, or with as many as the environment asks for."""
    options = settings(
        max_examples=WALKS or number,
        database=None,
        deadline=None,
        phases=(Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
    )

    def decorate(walk: Any) -> Any:
        return seed(f"{name} {SEED}")(options(given(*given_by)(walk)))  # type: ignore[no-untyped-call]

    return decorate


def mixed(*groups: list[Op]) -> list[Op]:
    """The operations of all groups, of each group about as many."""
    most = max(map(len, groups))
    return [one for group in groups for one in group * (most // len(group))]


def walks(acts: list[Op], events: tuple[str, ...]) -> st.SearchStrategy[list[Op]]:
    """Operations one after the other, with turns of the loop between them, some in listeners."""
    within: list[Op] = [("within", event, act) for event in events for act in acts]
    turns = ops("turn", 1, 2, 4)
    every = acts * 20 + within + turns * (2 * len(acts))
    # A list of lists, because hypothesis makes lists of a few.
    parts = st.lists(st.lists(st.sampled_from(every), min_size=1, max_size=12), max_size=5)
    return parts.map(lambda lists: [one for part in lists for one in part])


LIVES: Final = [
    *ops("connect") * 4,
    *ops("connect_refused"),
    *ops("connect_several"),
    *ops("destroy"),
    *ops("fail"),
    *ops("destroy_soon"),
    *ops("reset"),
    *ops("detach"),
    *ops("adopt"),
    *ops("pass"),
    *ops("close") * 2,
    *ops("end", 0, 5000),
    *ops("end_called"),
    *ops("fork"),
]
SOCKET_ACTS: Final = mixed(
    LIVES,
    [
        *ops("peer_send", *SIZES),
        *ops("peer_room", *SIZES[1:]),
        *ops("peer_read"),
        *ops("peer_end"),
        *ops("peer_reset"),
        *ops("peer_close"),
    ],
    [*ops("write", *SIZES), *ops("write_called", *SIZES), *ops("cork"), *ops("uncork")],
    [
        *ops("pause"),
        *ops("resume") * 2,
        *ops("read", None, 0, 1, 5000),
        *ops("unshift", *SIZES[:4]),
        *ops("pipe") * 2,
        *ops("unpipe"),
        *ops("set_encoding") * 2,
    ],
    [("listen", event, kind) for event in EVENTS for kind in KINDS]
    + [*ops("unlisten", "data", "readable", "end", "drain"), *ops("unlisten_all"), *ops("gate")],
    [
        *ops("recv", 0, 1, 5000),
        *ops("recv_limited", 0, 0.001),
        *ops("sendall", *SIZES),
        *ops("sendall_limited", 0, 0.001),
        *ops("settimeout", None, 0, 0.001),
        *ops("shutdown", 0, 1, 2),
        *ops("kill"),
    ],
    [
        *ops("set_timeout", 0, 0.001),
        *ops("set_no_delay", False, True),
        *ops("ref", False, True),
    ],
)
#: How a walk begins.
SOCKET_STARTS: Final[list[list[Op]]] = [
    [],
    [("connect",)],
    [("connect",), ("turn", 3)],
    [("connect",), ("turn", 3), ("listen", "data", "plain"), ("turn", 1)],
    [("connect",), ("turn", 3), ("write_called", 70000)],
    [("connect",), ("turn", 3), ("recv", 1)],
    [("connect",), ("turn", 3), ("pipe",)],
    [("connect_several",), ("end_called",), ("turn", 3)],
]


@contextmanager
def only_expected() -> Iterator[None]:
    """Only what the walk itself raises, and what the system says, is reported."""
    with reported() as seen:
        yield
        turn(2)
    expected = OSError | net.NetError | Boom | gevent.Timeout
    unexpected = [e for e in seen if not isinstance(e, expected)]
    if unexpected:
        raise AssertionError(f"reported: {unexpected!r}") from unexpected[0]


@pytest.mark.parametrize("ground", ["tcp", "unix", "scripted"])
def test_socket(ground: str, tmp_path: Path) -> None:
    host = Host(tmp_path / "walk.sock" if ground == "unix" else None)
    gone = Host(tmp_path / "gone.sock" if ground == "unix" else None)
    gone.close()

    @random_walks(300, ground, st.sampled_from(SOCKET_STARTS), walks(SOCKET_ACTS, EVENTS))
    def walk(start: list[Op], ops: list[Op]) -> None:
        with only_expected():
            walking = SocketWalk(ground, host, gone.target)
            try:
                for one in start + ops:
                    walking.step(one)
                walking.finish()
            finally:
                walking.socket.destroy()
                walking.sink.destroy()
                host.drop()

    try:
        walk()
    finally:
        host.close()


class Resolver:
    """Knows two names: one has an address, the other breaks it."""

    def getaddrinfo(self, host: str | bytes, *args: Any, **options: Any) -> list[Any]:
        if b"broken" in (host.encode() if isinstance(host, str) else host):
            raise Boom("resolver")
        return [(_socket.AF_INET, _socket.SOCK_STREAM, 0, "", (LOCAL, 0))]


class ServerWalk:
    """One Server, the peers that come and go, and what it has told."""

    def __init__(self, path: Path | None, taken: Host) -> None:
        self.path = path
        self.taken = taken
        self.broken = Broken()
        self.greenlets: list[gevent.Greenlet[..., Any]] = []
        self.peers: list[_socket.socket] = []
        self.connections: list[net.Socket] = []
        self.drops = self.failures = 0
        #: How often the server was closed, and what was asked for last.
        self.closes = 0
        self.last_listen: int | None = None
        self.server = net.create_server()
        self.server.set_max_listeners(0)
        self.listen_in()

    def listen_in(self) -> None:
        self.server.on("connection", self.on_connection)
        self.server.on("error", lambda error: None)
        self.server.on(net.error_monitor, self.on_error)
        self.server.on("drop", self.on_drop)

    def on_connection(self, connection: net.Socket) -> None:
        connection.on("error", lambda error: None)
        self.connections.append(connection)

    def on_error(self, error: object) -> None:
        self.failures += 1

    def on_drop(self, info: object) -> None:
        self.drops += 1

    # Steps.

    def step(self, op: Op) -> None:
        with suppress(OSError, net.NetError):
            getattr(self, f"do_{op[0]}")(*op[1:])
        self.look()

    def look(self) -> None:
        legal(self.server)
        for connection in self.connections:
            legal(connection)
        self.broken.check()
        assert not (self.server.listening and self.server.ready()), "it is closed, and listens"

    def finish(self) -> None:
        """It tells what it owes, and accepts."""
        server = self.server
        server.remove_all_listeners()
        self.listen_in()
        told = turn_until(
            lambda: self.last_listen is None or server.listening or self.failures > self.last_listen
        )
        assert told, "neither 'listening' nor 'error' came"
        turn(2)
        self.look()
        limit = server.max_connections
        if server.listening and not (
            limit and (server.connections or 0) >= limit and not server.drop_max_connection
        ):
            before = len(self.connections) + self.drops
            self.do_come()
            came = turn_until(lambda: len(self.connections) + self.drops > before)
            assert came, "nothing is accepted"
        for peer in self.peers:
            peer.close()
        self.look()
        self.do_close()
        server.close_all_connections()
        server.wait("close", LIMIT)
        turn()
        for greenlet in self.greenlets:
            greenlet.kill()
        self.look()

    def stop(self) -> None:
        for greenlet in self.greenlets:
            greenlet.kill()
        for peer in self.peers:
            peer.close()
        self.server.close()
        self.server.close_all_connections()
        turn()

    def spawn(self, function: Callable[[], object]) -> None:
        def run() -> None:
            try:
                function()
            except (OSError, net.NetError, Boom):
                return
            except Exception as error:
                self.broken.found.append(error)

        self.greenlets.append(gevent.spawn(run))
        turn(1)

    def do_turn(self, times: int) -> None:
        turn(times)

    def do_within(self, event: str, op: Op) -> None:
        def listener(*_: object) -> None:
            with suppress(OSError, net.NetError):
                getattr(self, f"do_{op[0]}")(*op[1:])

        self.server.once(event, listener)

    # Listening.

    def do_listen(self, where: str) -> None:
        failures = self.failures
        if where == "any" and self.path is not None:
            self.server.listen(str(self.path))
        elif where == "any":
            self.server.listen(0, LOCAL)
        elif where == "taken":
            self.server.listen(*self.taken.target.values())
        else:
            self.server.listen(0, f"{where}.example")
        self.last_listen = failures

    def do_relisten(self, then: str | None) -> None:
        self.do_close()
        self.do_listen("any")
        if then is not None:
            self.step((then,))

    def do_close(self) -> None:
        self.closes += 1
        self.last_listen = None
        self.server.close()

    def do_drain(self, timeout: float) -> None:
        def drain() -> None:
            self.closes += 1
            self.last_listen = None
            present = self.connections[:]
            self.server.drain(timeout)
            if not all(connection.destroyed for connection in present):
                self.broken.found.append("drain() has left a connection")

        self.spawn(drain)

    def do_wait_close(self) -> None:
        self.wait_for_close(lambda: self.server.wait("close"))

    def do_serve_forever(self) -> None:
        self.wait_for_close(self.server.serve_forever)

    def wait_for_close(self, wait: Callable[[], object]) -> None:
        def run() -> None:
            asked = self.last_listen, self.closes
            wait()
            still = (self.last_listen, self.closes) == asked
            if still and asked[0] is not None and self.failures <= asked[0]:
                self.broken.found.append("a server that nobody has closed is closed")

        self.spawn(run)

    def do_limit(self, limit: int | None) -> None:
        self.server.max_connections = limit

    def do_drop(self, drops: bool) -> None:
        self.server.drop_max_connection = drops

    def do_ref(self, ref: bool) -> None:
        self.server.ref() if ref else self.server.unref()

    def do_fork(self) -> None:
        listened = self.server.listening

        def is_dead() -> bool:
            if listened:
                legal(self.server)
            return not self.server.listening and all(c.destroyed for c in self.connections)

        assert in_child(is_dead), "a server is alive in a forked child"

    # Connections.

    def do_come(self) -> None:
        where: Any = self.server.address()
        if where is None:
            return
        unix = self.path is not None and where == str(self.path)
        peer = _socket.socket(_socket.AF_UNIX if unix else _socket.AF_INET, _socket.SOCK_STREAM)
        self.peers.append(peer)
        peer.setblocking(False)
        peer.connect_ex(where if unix else (LOCAL, where.port))

    def do_leave(self) -> None:
        if self.peers:
            self.peers.pop(0).close()

    def do_peer_reset(self) -> None:
        if self.peers:
            self.peers[-1].setsockopt(_socket.SOL_SOCKET, _socket.SO_LINGER, RESET)
            self.peers.pop().close()

    def do_peer_send(self) -> None:
        if self.peers:
            self.peers[-1].send(b"hello")

    def do_connection(self, call: str) -> None:
        if self.connections:
            getattr(self.connections[-1], call)()


SERVER_ACTS: Final = mixed(
    [
        *ops("listen", "any", "any", "any", "taken", "known", "broken"),
        *ops("relisten", None, "wait_close", "serve_forever"),
        *ops("close") * 2,
        *ops("drain", 0, 0.001),
    ],
    [*ops("come") * 3, *ops("leave"), *ops("peer_reset"), *ops("peer_send")],
    [*ops("limit", None, 1, 2), *ops("drop", False, True, True), *ops("ref", False, True)],
    [*ops("connection", "destroy", "end", "resume"), *ops("fork")],
    [*ops("wait_close"), *ops("serve_forever")],
)
SERVER_EVENTS: Final = ("listening", "connection", "drop", "close", "error")
SERVER_STARTS: Final[list[list[Op]]] = [
    [],
    [("listen", "any"), ("turn", 1)],
    [("listen", "any"), ("turn", 1), ("relisten", "wait_close"), ("turn", 2)],
    [("listen", "any"), ("turn", 1), ("relisten", "serve_forever"), ("turn", 2)],
    [("listen", "any"), ("come",), ("come",), ("turn", 3)],
    [("listen", "any"), ("limit", 1), ("drop", False), ("come",), ("come",), ("turn", 3)],
]


@pytest.mark.parametrize("ground", ["tcp", "unix"])
def test_server(ground: str, tmp_path: Path) -> None:
    path = tmp_path / "server.sock" if ground == "unix" else None
    taken = Host(tmp_path / "taken.sock" if ground == "unix" else None)
    hub: Any = gevent.get_hub()

    @random_walks(200, ground, st.sampled_from(SERVER_STARTS), walks(SERVER_ACTS, SERVER_EVENTS))
    def walk(start: list[Op], ops: list[Op]) -> None:
        with only_expected():
            walking = ServerWalk(path, taken)
            try:
                for one in start + ops:
                    walking.step(one)
                walking.finish()
            finally:
                walking.stop()

    hub.resolver = Resolver()
    try:
        walk()
    finally:
        del hub.resolver
        taken.close()
