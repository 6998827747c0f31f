"""Walk: one plan, run against the library and checked.

Whatever the plan:

- what arrives is, byte by byte, the beginning of what was sent, and nothing comes after the end;
- nothing hangs;
- each Socket emits `'close'` exactly once for each life, and each write's callback is called once;
- nothing is reported that nobody did wrong;
- descriptors, greenlets, watchers and timers are back at the base line.

If neither end does harm, all of it arrives, the end is told, and there is no error.
"""

from __future__ import annotations

import fcntl
import gc
import os
import signal
import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import gevent
import gevent.os
import gevent.socket
import gevent.subprocess
from gevent.event import Event
from gevent.queue import Empty, Queue

import geventnet as net
from geventnet.testing import no_leaks

from .ends import LibraryEnd, RawEnd
from .faults import injected, spare
from .plan import Link, Plan, Side
from .tape import Tape

__all__ = ["run"]

#: Seconds in which a plan hangs, if nothing moves in them.
LIMIT = 10.0
_LOCAL = "127.0.0.1"

End = LibraryEnd | RawEnd


def run(plan: Plan) -> int:
    """Run a plan; returns how many bytes were compared. Raises AssertionError."""
    with no_leaks(timeout=3), _nothing_reported(), _signals(plan.signals):
        walk = _Walk(plan)
        try:
            with injected(plan.fault_seed, plan.fault_odds, plan.fault_kinds):
                walk.go()
        finally:
            walk.stop()
        walk.check()
        count = sum(tape.received for tape in walk.tapes)
        del walk
    return count


class _Relayed:
    """A Socket of the program between two ends."""

    def __init__(self, sock: net.Socket) -> None:
        self.sock = sock
        self.closes = 0
        self.closed = Event()
        sock.on("close", self._on_close)
        sock.on("error", lambda error: None)

    def _on_close(self, had_error: bool) -> None:
        self.closes += 1
        self.closed.set()


class _Walk:
    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.tapes: list[Tape] = []
        self.ends: list[End] = []
        self.servers: list[Any] = []
        #: Connections that were accepted, each with what its handler waits for.
        self.accepted: list[Queue[Any]] = []
        self.relayed: list[_Relayed] = []
        self.greenlets: list[Any] = []
        self.wrong: list[str] = []
        self.done = False
        self._scratch = tempfile.TemporaryDirectory(prefix="soak-")
        self._paths = 0

    def go(self) -> None:
        """Run every link, and disturb."""
        links = [
            gevent.spawn(self._run_link, number, link)
            for number, link in enumerate(self.plan.links)
        ]
        disturber = gevent.spawn(self._disturb)
        self.greenlets += [*links, disturber]
        moved = -1
        while not all(link.ready() for link in links):
            before, moved = moved, sum(tape.received for tape in self.tapes)
            if moved == before:
                raise AssertionError("hangs: " + "; ".join(map(self._state, self.ends)))
            gevent.joinall(links, LIMIT)
        for link in links:
            if link.exception is not None:
                raise link.exception
        disturber.get(timeout=LIMIT)
        if not any(link.rough for link in self.plan.links) and not self.plan.rough:
            for relayed in self.relayed:
                assert relayed.closed.wait(LIMIT), f"the relay's end stays open: {relayed.sock!r}"
        # What would be one too many has its chance.
        gevent.sleep(0)
        gevent.sleep(0)

    def stop(self) -> None:
        """Close whatever is left."""
        self.done = True
        gevent.killall(self.greenlets)
        for end in self.ends:
            end.stop()
        for relayed in self.relayed:
            relayed.sock.destroy()
            relayed.closed.wait(1)
        for server in self.servers:
            if not isinstance(server, net.Server) or server.listening:
                server.close()
        # Those that came when their life had been given up.
        for connections in self.accepted:
            while not connections.empty():
                sock, leave = connections.get()
                sock.destroy() if isinstance(sock, net.Socket) else sock.close()
                leave.set()
        self._scratch.cleanup()

    def check(self) -> None:
        """Raise what was wrong with what no greenlet waited for."""
        for end in self.ends:
            end.check()
        for relayed in self.relayed:
            if relayed.closes != 1:
                self.wrong.append(f"'close' {relayed.closes} times in the relay: {relayed.sock!r}")
        assert not self.wrong, "; ".join(self.wrong)

    def _state(self, end: End) -> str:
        tapes = [
            f"{name} {tape.received}/{tape.sent}{' ended' * tape.ended}"
            for name, tape in (("in", end.incoming), ("out", end.outgoing))
            if tape is not None
        ]
        return f"{end.sock!r} of {end.side.reader}/{end.side.finish}: {', '.join(tapes)}"

    # Links.

    def _run_link(self, number: int, link: Link) -> None:
        client, server = _possible(link)
        seed = self.plan.fault_seed * 8 + number
        if link.over in ("pair", "pipe"):
            self._run_life(link, client, server, seed, self._adopted(link, client, server))
            return
        sock: Any = None
        for life in range(link.lives):
            # A server for each, as a connection of the life before may come late.
            connections: Queue[Any] = Queue()
            self.accepted.append(connections)
            where = self._serve(link, server, connections)
            if link.relay:
                where = self._relay(where, link)
            if client.reader == "raw":
                sock = self._dial_raw(where)
            else:
                if sock is None:
                    sock = net.Socket(allow_half_open=link.half_open, high_water_mark=client.mark)
                sock.connect(**where)
            self._run_life(link, client, server, seed + 100 * life, (sock, connections))

    def _run_life(
        self, link: Link, client: Side, server: Side, seed: int, ends: tuple[Any, Any]
    ) -> None:
        to_server: Tape | None = Tape(seed)
        to_client: Tape | None = Tape(-seed - 1) if link.over != "pipe" else None
        tapes = [tape for tape in (to_server, to_client) if tape is not None]
        self.tapes += tapes
        rough = link.rough or self.plan.rough
        mine, other = ends
        first = self._end(client, mine, to_client, to_server, rough)
        running = gevent.spawn(first.run)
        self.greenlets.append(running)
        if isinstance(other, Queue):
            while True:
                try:
                    other, leave = other.get(timeout=0.2)
                    break
                except Empty:
                    if rough and running.ready():
                        # It was gone before it had connected.
                        first.detach()
                        return
        else:
            leave = Event()
        second = self._end(server, other, to_server, to_client, rough)
        second.run()
        leave.set()
        running.get()
        first.detach()
        for end in (first, second):
            for error in end.wrong:
                raise error
            if end.troubles and not rough:
                raise AssertionError(f"{end.troubles}: {self._state(end)}") from end.troubles[0]
        if not rough:
            for tape in tapes:
                tape.check_whole()

    def _end(
        self, side: Side, sock: Any, incoming: Tape | None, outgoing: Tape | None, rough: bool
    ) -> End:
        kind = RawEnd if side.reader == "raw" else LibraryEnd
        end = kind(side, sock, incoming, outgoing, rough)
        self.ends.append(end)
        return end

    # Connections.

    def _serve(self, link: Link, side: Side, connections: Queue[Any]) -> dict[str, Any]:
        """Listen; each connection goes into the queue, with what its handler waits for."""
        if side.reader == "raw":
            return self._serve_raw(link, connections)

        def on_connection(sock: net.Socket) -> None:
            if self.done:
                sock.destroy()
                return
            leave = Event()
            connections.put((sock, leave))
            if link.handler:
                leave.wait()

        server = net.create_server(
            None if link.handler else on_connection,
            handler=on_connection if link.handler else None,
            allow_half_open=link.half_open,
            high_water_mark=side.mark,
        )
        return self._listen(server, link)

    def _listen(self, server: net.Server, link: Link) -> dict[str, Any]:
        self.servers.append(server)
        server.on("error", lambda error: self.wrong.append(f"the server: {error!r}"))
        if link.over == "unix":
            path = self._path()
            server.listen(path)
            server.wait("listening")
            return {"path": path}
        server.listen(0, _LOCAL)
        server.wait("listening")
        address: Any = server.address()
        return {"port": address.port, "host": _LOCAL}

    def _serve_raw(self, link: Link, connections: Queue[Any]) -> dict[str, Any]:
        listener: Any
        where: dict[str, Any]
        if link.over == "unix":
            listener = gevent.socket.socket(socket.AF_UNIX)
            where = {"path": self._path()}
            listener.bind(where["path"])
        else:
            listener = gevent.socket.socket()
            listener.bind((_LOCAL, 0))
            where = {"port": listener.getsockname()[1], "host": _LOCAL}
        spare(listener.fileno())
        listener.listen()
        self.servers.append(listener)

        def accept() -> None:
            while True:
                sock, _ = listener.accept()
                spare(sock.fileno())
                connections.put((sock, Event()))

        self.greenlets.append(gevent.spawn(accept))
        return where

    def _dial_raw(self, where: dict[str, Any]) -> Any:
        path = where.get("path")
        sock: Any = gevent.socket.socket(socket.AF_INET if path is None else socket.AF_UNIX)
        spare(sock.fileno())
        sock.connect((_LOCAL, where["port"]) if path is None else path)
        return sock

    def _adopted(self, link: Link, client: Side, server: Side) -> tuple[Any, Any]:
        if link.over == "pipe":
            reader, writer = os.pipe()
            if client.buffers is not None:
                fcntl.fcntl(writer, fcntl.F_SETPIPE_SZ, 4096)
            return (
                net.Socket(fd=writer, readable=False, high_water_mark=client.mark),
                net.Socket(fd=reader, writable=False, high_water_mark=server.mark),
            )
        pair = gevent.socket.socketpair()
        ends: list[Any] = []
        for side, one in zip((client, server), pair, strict=True):
            if side.reader == "raw":
                spare(one.fileno())
                ends.append(one)
            else:
                ends.append(
                    net.Socket(
                        fd=one.detach(), allow_half_open=link.half_open, high_water_mark=side.mark
                    )
                )
        return ends[0], ends[1]

    def _relay(self, where: dict[str, Any], link: Link) -> dict[str, Any]:
        """Put a program between: each connection is piped both ways to a new one."""

        def on_connection(inbound: net.Socket) -> None:
            outbound = net.connect(**where, allow_half_open=True)
            self.relayed += _Relayed(inbound), _Relayed(outbound)
            inbound.on("close", lambda had_error: had_error and outbound.destroy())
            outbound.on("close", lambda had_error: had_error and inbound.destroy())
            inbound.pipe(outbound)
            outbound.pipe(inbound)

        return self._listen(net.create_server(on_connection, allow_half_open=True), link)

    def _path(self) -> str:
        self._paths += 1
        return os.path.join(self._scratch.name, str(self._paths))

    # Disturbances.

    def _disturb(self) -> None:
        for disturbance in self.plan.disturbances:
            gevent.sleep(disturbance.after / 1000)
            match disturbance.what:
                case "fork":
                    _fork(self.ends)
                case "subprocess":
                    gevent.subprocess.run(["true"], check=True)
                case "collect":
                    gc.collect()
                case "kill":
                    for end in list(self.ends):
                        end.kill_reader()


def _possible(link: Link) -> tuple[Side, Side]:
    """The sides of a link, without what cannot be."""
    client, server = link.client, link.server
    adopted = link.over in ("pair", "pipe")
    both = client.reader == server.reader == "raw"
    if link.lives > 1 and client.reader == "readable":
        # As in Node, 'readable' tells nothing of a second life.
        client = Side(**{**vars(client), "reader": "data"})
    if link.over == "pipe" or (both and (adopted or not link.relay)):
        client, server = (
            Side(**{**vars(side), "reader": "recv"}) if side.reader == "raw" else side
            for side in (client, server)
        )
    return client, server


def _fork(ends: list[End]) -> None:
    """Fork a child in which the Sockets are dead, whatever it does with them."""
    child = gevent.os.fork_gevent()
    if not child:
        try:
            for end in ends:
                if isinstance(end, LibraryEnd):
                    with suppress(Exception):
                        end.sock.write(b"from the child")
                    with suppress(Exception):
                        end.sock.destroy()
        finally:
            os._exit(0)
    os.waitpid(child, 0)


@contextmanager
def _nothing_reported() -> Iterator[None]:
    hub: Any = gevent.get_hub()
    seen: list[BaseException] = []

    def report(context: object, kind: object, value: Any, traceback: object) -> None:
        if not isinstance(value, AssertionError):
            seen.append(value)

    hub.handle_error = report
    previous = net.set_error_hook(lambda told: report(None, None, told.error, None))
    try:
        yield
        assert not seen, f"reported: {seen}"
    finally:
        net.set_error_hook(previous)
        del hub.handle_error
        seen.clear()


@contextmanager
def _signals(wanted: bool) -> Iterator[None]:
    if not wanted:
        yield
        return
    before = signal.signal(signal.SIGALRM, lambda number, frame: None)
    signal.setitimer(signal.ITIMER_REAL, 0.003, 0.003)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        with suppress(TypeError):
            signal.signal(signal.SIGALRM, before)
