"""FaultyProxy: a proxy between a client and its server that does what networks do.

Each direction of a connection has two greenlets: one receives, and notes when; the other one sends
what is due, as the faults of that moment let it.
"""

from __future__ import annotations

import random
from collections import deque
from typing import Literal, Self

import gevent
from gevent.event import Event

from ..errors import NetError
from ..loop.current import this_scheduler
from ..server import Server, create_server
from ..socket import Socket, connect
from .faults import Fault, Refuse, Stop
from .peers import LOCAL, Place, place_of

__all__ = ["AddedFault", "FaultyProxy"]

Direction = Literal["up", "down"]
_DIRECTIONS: tuple[Direction, Direction] = ("up", "down")
_CHUNK = 65536
#: How many bytes of a direction the proxy keeps before it stops receiving.
_KEPT = 4 * _CHUNK
#: Seconds that closing a server may take.
_LIMIT = 20.0


class AddedFault:
    """A fault of a proxy, until `remove()` or the end of a `with`."""

    def __init__(
        self, proxy: FaultyProxy, fault: Fault, directions: tuple[Direction, ...], number: int
    ) -> None:
        self.fault = fault
        self.directions = directions
        self.number = number
        self._proxy = proxy

    def remove(self) -> None:
        """Take the fault away, from open connections too. It may be gone already."""
        self._proxy.remove(self)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.remove()


class FaultyProxy:
    """A proxy to `upstream` with faults that are added and removed while it runs.

    `upstream` is a server of this library or of gevent, a port, `(host, port)` or the path of a
    Unix socket. The proxy listens at a port of 127.0.0.1, or at `path`, inside of a `with`, whose
    end closes every connection. The same `seed`, an integer, gives the same random numbers to the
    same faults of the same connections, in the order in which they come; without one it is chosen,
    and told by `seed` and the repr. Reset, half-close and bytes pass through as they come.
    """

    def __init__(
        self, upstream: Place, *, seed: int | None = None, path: str | None = None
    ) -> None:
        self.upstream = upstream
        #: What the random numbers come from.
        self.seed: int = random.randrange(1 << 32) if seed is None else seed
        #: How many connections were accepted.
        self.connections: int = 0
        self._path = path
        self._port = 0
        self._faults: list[AddedFault] = []
        self._added = 0
        self._links: set[_Link] = set()
        self._server: Server | None = None
        self._servers: list[Server] = []

    def __repr__(self) -> str:
        return f"<FaultyProxy of {self.upstream!r}, seed={self.seed}>"

    @property
    def address(self) -> tuple[str, int] | str:
        """Where it listens: `(host, port)`, or the path."""
        return (LOCAL, self._port) if self._path is None else self._path

    @property
    def host(self) -> str:
        """127.0.0.1."""
        return LOCAL

    @property
    def port(self) -> int:
        """The port at which it listens."""
        return self._port

    def __enter__(self) -> Self:
        self._listen()
        return self

    def __exit__(self, *exc_info: object) -> None:
        self._stop_listening()
        for link in list(self._links):
            link.close()
        for server in self._servers:
            server.close_all_connections()
            server.wait("close", _LIMIT)

    def add(self, fault: Fault, direction: Literal["up", "down", "both"] = "both") -> AddedFault:
        """Add a fault, to open connections too; `up` is from the client to the upstream.

        Gives what removes it: by `remove()`, or at the end of a `with`. Never blocks.
        """
        if direction not in ("up", "down", "both"):
            raise ValueError(f"a direction is 'up', 'down' or 'both', not {direction!r}")
        if not isinstance(fault, Fault):
            raise TypeError(f"a fault is one of geventnet.testing.faults, not {fault!r}")
        directions = _DIRECTIONS if direction == "both" else (direction,)
        added = AddedFault(self, fault, directions, self._added)
        self._added += 1
        self._faults.append(added)
        if isinstance(fault, Refuse):
            self._stop_listening()
        for link in self._links:
            link.add(added)
        return added

    def remove(self, added: AddedFault) -> None:
        """`AddedFault.remove()`."""
        if added not in self._faults:
            return
        self._faults.remove(added)
        for link in self._links:
            link.remove(added)
        if isinstance(added.fault, Refuse) and not self._refuses():
            self._listen()

    def _refuses(self) -> bool:
        return any(isinstance(added.fault, Refuse) for added in self._faults)

    def _listen(self) -> None:
        if self._refuses() and self._port:
            return
        server = create_server(handler=self._serve, allow_half_open=True, no_delay=True)
        if self._path is None:
            server.listen(self._port, LOCAL)
        else:
            server.listen(self._path)
        server.wait("listening")
        self._server = server
        self._servers.append(server)
        if self._path is None:
            self._port = int(place_of(server)[1])

    def _stop_listening(self) -> None:
        server, self._server = self._server, None
        if server is not None:
            server.close()

    def _serve(self, client: Socket) -> None:
        number = self.connections
        self.connections += 1
        upstream = connect(place_of(self.upstream), allow_half_open=True, no_delay=True)
        link = _Link(client, upstream, f"{self.seed}/{number}")
        for added in self._faults:
            link.add(added)
        self._links.add(link)
        try:
            upstream.wait("connect")
            link.run()
        except (OSError, NetError):
            # The upstream refuses, or the proxy was closed meanwhile.
            client.reset_and_destroy()
        finally:
            self._links.discard(link)
            link.close()


class _Link:
    """A connection through the proxy."""

    def __init__(self, client: Socket, upstream: Socket, seed: str) -> None:
        self._client = client
        self._upstream = upstream
        self._pumps: dict[Direction, _Pump] = {
            "up": _Pump(self, client, upstream, f"{seed}/up"),
            "down": _Pump(self, upstream, client, f"{seed}/down"),
        }
        self._greenlets: list[gevent.Greenlet[..., None]] = []

    def run(self) -> None:
        """Pass bytes until both directions have ended, at both of their ends.

        Closed before it has received everything, a socket would reset its connection.
        """
        for pump in self._pumps.values():
            self._greenlets += [gevent.spawn(pump.receive), gevent.spawn(pump.send)]
        gevent.joinall(self._greenlets)

    def add(self, added: AddedFault) -> None:
        for direction in added.directions:
            self._pumps[direction].add(added)

    def remove(self, added: AddedFault) -> None:
        for direction in added.directions:
            self._pumps[direction].remove(added)

    def end(self) -> None:
        """End both directions in order."""
        for pump in self._pumps.values():
            pump.end()

    def reset(self) -> None:
        for pump in self._pumps.values():
            pump.end(in_order=False)
        self._client.reset_and_destroy()
        self._upstream.reset_and_destroy()

    def close(self) -> None:
        self._client.destroy()
        self._upstream.destroy()
        gevent.killall(self._greenlets, block=False)


class _Pump:
    """One direction of a connection."""

    def __init__(self, link: _Link, source: Socket, sink: Socket, seed: str) -> None:
        self._link = link
        self._source = source
        self._sink = sink
        self._seed = seed
        self._faults: dict[AddedFault, Fault] = {}
        #: When each chunk arrived, and then, when it is to be sent. b"" is the end; None, a reset.
        self._queue: deque[tuple[float, bytes | None]] = deque()
        self._size = 0
        self._offset = 0
        #: The clock of the timers: a fake one, if there is one.
        self._now = this_scheduler().fresh_clock
        self._due = 0.0
        self._not_before = 0.0
        self._ended = False
        #: Something has arrived, or the faults have changed.
        self._wake = Event()
        self._room = Event()

    def add(self, added: AddedFault) -> None:
        own = random.Random(f"{self._seed}/{added.number}")
        self._faults[added] = added.fault.begun(own, self._offset)
        self._wake.set()

    def remove(self, added: AddedFault) -> None:
        self._faults.pop(added, None)
        self._wake.set()

    def end(self, in_order: bool = True) -> None:
        """Send nothing any more, and drop what comes."""
        if not self._ended and in_order:
            self._sink.end()
        self._ended = True
        self._wake.set()
        self._room.set()

    def receive(self) -> None:
        """Put into the queue what comes, with the time at which it is to go out."""
        data: bytes | None = b"more"
        while data:
            while self._size > _KEPT and not self._ended:
                self._room.clear()
                self._room.wait()
            try:
                data = self._source.recv(_CHUNK)
            except OSError:
                data = None
            if self._ended:
                continue
            held = sum(fault.hold() for fault in self._faults.values())
            self._due = max(self._due, self._now() + held)
            self._queue.append((self._due, data))
            self._size += len(data or b"")
            self._wake.set()

    def send(self) -> None:
        """Send what is due, until the direction ends; reset the connection if a fault raises."""
        try:
            self._send()
        except Exception:
            self._link.reset()
            raise

    def _send(self) -> None:
        while not self._ended:
            self._wake.clear()
            faults = list(self._faults.values())
            stopping = [fault for fault in faults if fault.stop and fault.at <= self._offset]
            if stopping:
                self._stop(min(stopping, key=lambda fault: fault.at).stop)
                continue
            if not self._queue:
                self._wake.wait()
                continue
            due, data = self._queue[0]
            late = max(due, self._not_before) - self._now()
            if late > 0:
                # libuv has no shorter timers, and says so in a warning.
                self._wake.wait(max(late, 0.001))
                continue
            if data is None:
                self._link.reset()
            elif not data:
                self.end()
            else:
                self._pass(data, due, faults)

    def _pass(self, data: bytes, due: float, faults: list[Fault]) -> None:
        rooms = [fault.room(self._offset) for fault in faults]
        rooms += [fault.at - self._offset for fault in faults if fault.stop]
        size = min([len(data), *(room for room in rooms if room is not None)])
        self._take(size)
        sent = data[:size]
        for fault in faults:
            sent = fault.change(self._offset, sent)
        try:
            self._sink.sendall(sent)
        except OSError:
            self._link.reset()
            return
        self._offset += size
        self._not_before = self._now() + sum(fault.pause(size) for fault in faults)

    def _take(self, size: int) -> None:
        """Remove bytes from the front of the queue."""
        due, data = self._queue.popleft()
        if data and size < len(data):
            self._queue.appendleft((due, data[size:]))
        self._size -= size
        self._room.set()

    def _stop(self, how: Stop | None) -> None:
        if how is Stop.RESET:
            self._link.reset()
        elif how is Stop.CLOSE:
            self._link.end()
        elif how is Stop.HALF_CLOSE:
            self.end()
        elif how is Stop.STALL:
            self._wake.wait()
        else:
            self._queue.clear()
            self._size = 0
            self._room.set()
            self._wake.wait()
