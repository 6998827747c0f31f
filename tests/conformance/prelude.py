"""The Python half of the vocabulary of the scenarios; prelude.js is its twin, name for name."""

from __future__ import annotations

import dataclasses
import hashlib
import itertools
import os
import re
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

import gevent

import geventnet as net
from geventnet import EventEmitter, Server, Socket

__all__ = [
    "EventEmitter",
    "Server",
    "Socket",
    "attempt",
    "collect",
    "done",
    "each_state",
    "endpoint",
    "later",
    "log",
    "missing_path",
    "net",
    "nowhere",
    "observe",
    "pair",
    "path",
    "serve",
    "state",
    "target",
    "transport",
    "watch",
]

Options = dict[str, Any]
E = TypeVar("E", bound=EventEmitter)

directory = os.environ["CONFORMANCE_DIR"]
transport = os.environ.get("CONFORMANCE_TRANSPORT", "tcp")

_endpoints = itertools.count(1)

_STREAM_EVENTS = (
    *("lookup", "connect", "ready", "end", "timeout", "drain", "finish", "pause", "resume", "pipe"),
    *("unpipe", "error", "close"),
)
_SERVER_EVENTS = ("listening", "connection", "drop", "error", "close")
_ERROR_FIELDS = ("syscall", "address", "port", "hostname")


def _escaped(byte: int) -> str:
    if byte in b"'\\":
        return "\\" + chr(byte)
    return chr(byte) if 0x20 <= byte < 0x7F else f"\\x{byte:02x}"


def _format_bytes(data: bytes) -> str:
    if len(data) > 80:
        return f"b[{len(data)} {hashlib.sha1(data).hexdigest()[:8]}]"
    return "b'" + "".join(map(_escaped, data)) + "'"


def _format_error(error: BaseException) -> str:
    code = getattr(error, "code", None)
    # Node's error of several addresses has no message of its own.
    parts = ["-" if code is None else code, "" if hasattr(error, "errors") else str(error)]
    for field in _ERROR_FIELDS:
        value = getattr(error, field, None)
        if value is not None:
            parts.append(f"{field}={_format(value)}")
    errors = getattr(error, "errors", None)
    if errors:
        parts.append(_format(errors))
    return " ".join(parts)


def _fields(value: object) -> Mapping[str, object] | None:
    """The fields of a named value (AddressInfo, DropInfo) or None."""
    if isinstance(value, Mapping):
        return value
    if dataclasses.is_dataclass(value):
        return {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
    names: Sequence[str] | None = getattr(value, "_fields", None)
    if names is None:
        return None
    # Node gives no reason for a drop.
    return {name: getattr(value, name) for name in names if name != "reason"}


def _format(value: object) -> str:
    if value is None:
        return "-"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, str):
        return re.sub(r"[\x00-\x1f]", lambda match: _escaped(ord(match[0])), value) or "''"
    if isinstance(value, bytes | bytearray | memoryview):
        return _format_bytes(bytes(value))
    if isinstance(value, BaseException):
        return _format_error(value)
    if isinstance(value, EventEmitter):
        return type(value).__name__
    fields = _fields(value)
    if fields is not None:
        return "{" + " ".join(f"{key}={_format(fields[key])}" for key in sorted(fields)) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_format, value)) + "]"
    if callable(value):
        return "function"
    return str(value)


def log(name: str, *values: object) -> None:
    # In one piece: other processes of the scenario write as well.
    sys.stdout.write(f"{name}: {' '.join(map(_format, values))}\n")
    sys.stdout.flush()


def watch(name: str, emitter: E, *events: str) -> E:
    """Logs every event, or the events that are named. Listening to 'data' consumes the stream."""

    def listen(event: str) -> None:
        emitter.on(event, lambda *args: log(name, event, *args))

    if not events:
        events = _SERVER_EVENTS if isinstance(emitter, Server) else ("data", *_STREAM_EVENTS)
    for event in events:
        listen(event)
    return emitter


def observe(name: str, emitter: E) -> E:
    """Logs every event of a stream except 'data' and 'readable': does not consume it."""
    return watch(name, emitter, *_STREAM_EVENTS)


def collect(name: str, emitter: E) -> E:
    """As watch, but all data in one line at the end: where chunk boundaries are not determined."""
    chunks: list[bytes] = []
    emitter.on("data", chunks.append)
    emitter.on("end", lambda: log(name, "all", b"".join(chunks)))
    return observe(name, emitter)


def done(name: str, label: str) -> Callable[..., None]:
    """A callback that logs its error, or '-'."""
    return lambda *args: log(name, label, args[0] if args else None)


def attempt(name: str, label: str, call: Callable[[], object]) -> None:
    """Logs what a call returns, or the code of what it throws."""
    try:
        result = call()
    except Exception as error:
        log(name, label, "threw", getattr(error, "code", repr(error)))
        return
    log(name, label, result)


def state(name: str, subject: object, *properties: str) -> None:
    """Logs the named properties, snake_case here and camelCase there."""
    log(name, *(f"{field}={_format(getattr(subject, field))}" for field in properties))


def later(seconds: float, call: Callable[[], object]) -> None:
    def run() -> None:
        # A process that was kept waiting for as long still has to do what was due before.
        for _ in range(4 if seconds >= 0.01 else 0):
            gevent.idle()
        call()

    gevent.spawn_later(seconds, run)


def path(name: str) -> str:
    """A path of its own for this run."""
    return os.path.join(directory, name)


def missing_path() -> str:
    return path("missing")


def endpoint() -> Options:
    """Arguments for listen() over the transport of this run."""
    name = f"socket-{next(_endpoints)}"
    return {"path": path(name)} if transport == "unix" else {"port": 0, "host": "127.0.0.1"}


def target(server: Server) -> Options:
    """Arguments for connect() to a listening server."""
    address: Any = server.address()
    if isinstance(address, str):
        return {"path": address}
    return {"port": address.port, "host": address.address}


def nowhere(call: Callable[[Options], object]) -> None:
    """Arguments for connect() where nobody listens; calls back with them."""
    if transport == "unix":
        call({"path": missing_path()})
        return
    server = net.create_server()

    def on_listening() -> None:
        refused = target(server)
        server.close(lambda *args: call(refused))

    server.listen(0, "127.0.0.1", on_listening)


def serve(
    connection_listener: Callable[[Socket], object] | None = None, **options: Any
) -> Callable[[Callable[[Server], object]], Server]:
    """A server that listens over the transport of this run; decorates what is called with it."""

    def decorate(call: Callable[[Server], object]) -> Server:
        server = net.create_server(connection_listener, **options)
        return server.listen(**endpoint(), callback=lambda: call(server))

    return decorate


def pair(
    server: Options | None = None, client: Options | None = None
) -> Callable[[Callable[[Socket, Socket, Server], object]], None]:
    """
    Two connected sockets, nothing read yet; the server already closes. Decorates what is called
    with client, peer and server.
    """

    def decorate(call: Callable[[Socket, Socket, Server], object]) -> None:
        @serve(**(server or {}))
        def _(listening: Server) -> None:
            arrived: dict[str, Socket] = {}

            def arrive(side: str, socket: Socket) -> None:
                arrived[side] = socket
                if len(arrived) == 2:
                    later(0.001, lambda: call(arrived["client"], arrived["peer"], listening))

            def on_connection(socket: Socket) -> None:
                listening.close()
                arrive("peer", socket)

            listening.once("connection", on_connection)
            connecting = net.connect(
                **target(listening),
                **(client or {}),
                connect_listener=lambda: arrive("client", connecting),
            )

    return decorate


_Bring = Callable[[Callable[..., object]], object]


def _connecting(call: Callable[..., object]) -> None:
    @serve()
    def _(server: Server) -> None:
        peers: list[Socket] = []

        def clean() -> None:
            for peer in peers:
                peer.destroy()
            server.close()

        client = net.connect(**target(server))
        server.on("connection", lambda socket: peers.append(_quiet(socket)))
        call(client)
        later(0.2, clean)


def _open(call: Callable[..., object]) -> None:
    @pair()
    def _(client: Socket, peer: Socket, server: Server) -> None:
        call(client, peer)


def _ended(call: Callable[..., object]) -> None:
    @pair(server={"allow_half_open": True})
    def _(client: Socket, peer: Socket, server: Server) -> None:
        client.end()
        client.once("finish", lambda: later(0.01, lambda: call(client, peer)))


def _ended_by_peer(call: Callable[..., object]) -> None:
    @pair(client={"allow_half_open": True})
    def _(client: Socket, peer: Socket, server: Server) -> None:
        client.resume()
        peer.end()
        client.once("end", lambda: later(0.01, lambda: call(client, peer)))


def _ending(call: Callable[..., object]) -> None:
    @pair()
    def _(client: Socket, peer: Socket, server: Server) -> None:
        peer.pause()
        client.write(bytes(32 << 20))
        client.end()
        call(client, peer)


def _destroyed(call: Callable[..., object]) -> None:
    @pair()
    def _(client: Socket, peer: Socket, server: Server) -> None:
        client.destroy()
        call(client, peer)


def _closed(call: Callable[..., object]) -> None:
    @pair()
    def _(client: Socket, peer: Socket, server: Server) -> None:
        client.destroy()
        client.once("close", lambda had_error: later(0.01, lambda: call(client, peer)))


def _reconnected(call: Callable[..., object]) -> None:
    @pair()
    def _(client: Socket, first: Socket, server: Server) -> None:
        def on_close(had_error: bool) -> None:
            @serve()
            def _(second: Server) -> None:
                def on_connection(peer: Socket) -> None:
                    second.close()
                    later(0.02, lambda: call(client, peer))

                second.once("connection", on_connection)
                client.connect(**target(second))

        first.resume()
        client.destroy()
        client.once("close", on_close)


_STATES: dict[str, _Bring] = {
    "new": lambda call: call(Socket()),
    "connecting": _connecting,
    "open": _open,
    "ended": _ended,
    "ended by peer": _ended_by_peer,
    "ending": _ending,
    "destroyed": _destroyed,
    "closed": _closed,
    "reconnected": _reconnected,
}


def _quiet(socket: Socket) -> Socket:
    return socket.on("error", lambda error: None).resume()


def each_state(call: Callable[[str, Socket], object]) -> None:
    """Calls with the name of each state and a socket that is in it, observed under that name."""

    def bring(name: str) -> None:
        def reached(socket: Socket, peer: Socket | None = None) -> None:
            def clean() -> None:
                socket.destroy()
                if peer is not None:
                    peer.destroy()

            if peer is not None and not peer.is_paused():
                _quiet(peer)
            observe(name, socket)
            call(name, socket)
            later(0.2, clean)

        _STATES[name](reached)

    for name in _STATES:
        bring(name)
