"""The commands of the netcat, and what they have in common."""

from __future__ import annotations

import argparse
import os
import signal
import sys
from collections.abc import Callable, Sequence
from typing import Any

import gevent
from gevent.event import AsyncResult

import geventnet as net

from .arguments import Command, parse
from .console import Input, tell
from .talk import Talk, name_of, watch

__all__ = ["main"]


def _connect_options(options: argparse.Namespace) -> dict[str, Any]:
    return {
        "allow_half_open": True,
        "connect_timeout": options.timeout,
        "family": options.family,
        "local_address": options.source,
        "local_port": options.source_port,
    }


def _connect(options: argparse.Namespace) -> int:
    if options.scan:
        return _scan(options)
    sock = net.connect(**options.address, **_connect_options(options))
    watch(sock, options.timeout)
    if options.verbose:
        sock.on("connect", lambda: _tell_ends(sock, "connected to"))
    return Talk(sock, Input(), options.verbose).run()


def _scan(options: argparse.Namespace) -> int:
    found = False
    for address in options.addresses:
        name = address.get("path") or name_of(address["host"] or "localhost", address["port"])
        try:
            with net.connect(**address, **_connect_options(options)):
                found = True
                if options.verbose:
                    tell(f"{name} is open")
        except OSError as error:
            if options.verbose:
                tell(error)
    return 0 if found else 1


def _tell_ends(sock: net.Socket, how: str) -> None:
    peer = name_of(sock.remote_address, sock.remote_port)
    here = name_of(sock.local_address, sock.local_port)
    tell(f"{how} {peer}" if sock.local_address is None else f"{how} {peer}, here {here}")


def _listen(options: argparse.Namespace) -> int:
    done: AsyncResult[int] = AsyncResult()
    source = Input()

    def talk(sock: net.Socket) -> None:
        if not options.keep_open:
            server.close()
        watch(sock, options.timeout)
        status = Talk(sock, source, options.verbose).run()
        if not options.keep_open:
            done.set(status)

    server = net.create_server(talk, allow_half_open=True)
    # The others wait in the system's queue.
    server.max_connections = 1
    server.drop_max_connection = False
    return _serve(server, options, done)


def _echo(options: argparse.Namespace) -> int:
    def answer(sock: net.Socket) -> None:
        watch(sock, options.timeout)
        sock.pipe(sock)

    return _serve(net.create_server(answer), options)


def _proxy(options: argparse.Namespace) -> int:
    def relay(sock: net.Socket) -> None:
        other = net.connect(**options.target, allow_half_open=True)
        for one, another in ((sock, other), (other, sock)):
            watch(one, options.timeout)
            one.pipe(another)
            one.on("close", _destroy_after_error(another))

    return _serve(net.create_server(relay, allow_half_open=True), options)


def _destroy_after_error(sock: net.Socket) -> Callable[[bool], None]:
    def closed(had_error: bool) -> None:
        # Without an error the other side still has to send what it was given.
        if had_error:
            sock.destroy()

    return closed


def _serve(
    server: net.Server, options: argparse.Namespace, done: AsyncResult[int] | None = None
) -> int:
    """Listen until `done` has the exit status, or for ever; blocks."""
    status: AsyncResult[int] = AsyncResult() if done is None else done

    def fail(error: BaseException) -> None:
        tell(error)
        status.set(1)

    def listening() -> None:
        at = server.address()
        if isinstance(at, net.AddressInfo):
            tell(f"listening on {name_of(at.address, at.port)}")
        elif at is not None:
            tell(f"listening on {os.fsdecode(at).replace(chr(0), '@')}")

    server.on("error", fail)
    if options.verbose:
        server.prepend_listener("connection", lambda sock: _tell_ends(sock, "connection from"))
    try:
        server.listen(**options.address, callback=listening)
        return status.get() or 0
    finally:
        server.close()


_COMMANDS = {
    "listen": Command(
        _listen, "accept a connection; send it standard input, and print what it sends"
    ),
    "connect": Command(_connect, "connect; send standard input, and print what is received"),
    "echo": Command(_echo, "send back to every connection what it sends"),
    "proxy": Command(_proxy, "forward every connection to TARGET, another address"),
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit status."""
    options = parse(_COMMANDS, arguments)
    for number in (signal.SIGINT, signal.SIGTERM):
        # In a greenlet of its own: what a handler raises inside libuv's callbacks gets lost.
        gevent.signal_handler(number, sys.exit, 128 + number)
    try:
        status: int = options.run(options)
    except (net.NetError, OSError) as error:
        tell(error)
        return 1
    return status
