"""A netcat: ``python -m geventnet listen | connect | echo | proxy``."""

from __future__ import annotations

import argparse
import os
import select
import signal
import sys
from collections.abc import Callable
from typing import Any

import gevent
from gevent.event import AsyncResult, Event
from gevent.lock import RLock
from gevent.util import wrap_errors

import geventnet as net

_STDIN, _STDOUT = 0, 1
_CHUNK = 65536
#: The exit status when nobody reads standard output: the shell's for SIGPIPE.
_READER_GONE = 141
_DESCRIPTION = """\
Talk over TCP and Unix sockets.

An ADDRESS is one of
  PORT        that port of 127.0.0.1; to listen on 0 is to listen on any free port
  HOST:PORT   a name or an IPv4 address; [HOST]:PORT for an IPv6 address
  :PORT       every address of this machine, to listen; localhost, to connect
  PATH        a Unix socket: whatever has a / in it
  @NAME       an abstract Unix socket (Linux)

connect and listen end when both directions have ended. The exit status is 0 if nothing was lost.
"""
_EXAMPLES = """\
examples:
  python -m geventnet echo 8124
  python -m geventnet connect 8124
  python -m geventnet listen /tmp/inbox.sock > inbox
  python -m geventnet proxy :8080 example.org:80
"""


def address(text: str) -> dict[str, Any]:
    """The options of `listen` and `connect` for an ADDRESS; raises ValueError if it is none."""
    if "/" in text:
        return {"path": text}
    if text.startswith("@"):
        return {"path": "\0" + text[1:]}
    host, colon, port = text.rpartition(":")
    if not port.isdecimal() or int(port) > 65535:
        raise ValueError(text)
    if not colon:
        host = "127.0.0.1"
    return {"port": int(port), "host": host.removeprefix("[").removesuffix("]") or None}


def tell(message: object) -> None:
    """Print a line on standard error."""
    print(f"geventnet: {message}", file=sys.stderr, flush=True)


def watch(sock: net.Socket, timeout: float | None) -> None:
    """Tell what goes wrong with `sock`, and destroy it if it is idle for `timeout` seconds."""
    sock.on("error", tell)
    if timeout is not None:
        sock.set_timeout(timeout, lambda: sock.destroy(TimeoutError("timed out")))


def in_a_thread(function: Callable[..., Any], *args: object) -> Any:
    """Call `function` without blocking other greenlets; an OSError out of it is raised here.

    The thread pool itself would print it as well.
    """
    result = gevent.get_hub().threadpool.apply(wrap_errors((OSError,), function), args)
    if isinstance(result, OSError):
        raise result
    return result


def read_input() -> bytes:
    """What comes in on standard input, b"" at its end; blocks the thread."""
    while True:
        try:
            return os.read(_STDIN, _CHUNK)
        except BlockingIOError:
            select.select([_STDIN], [], [])


def print_all(chunk: bytes) -> None:
    """Print `chunk` on standard output; blocks the thread."""
    rest = memoryview(chunk)
    while rest:
        try:
            rest = rest[os.write(_STDOUT, rest) :]
        except BlockingIOError:
            select.select([], [_STDOUT], [])


def converse(sock: net.Socket) -> int:
    """Send what comes in on standard input and print what comes out of `sock`.

    Either direction may end before the other; `sock` is one that is left half open then. Blocks
    until it is closed. Returns the exit status: 0 if all that came in was sent, and all that was
    received up to its end was printed.
    """
    closed = Event()
    drained = Event()
    printing = RLock()
    status = 0

    def fail(error: BaseException, number: int = 1) -> None:
        nonlocal status
        status = status or number
        if not isinstance(error, BrokenPipeError):
            tell(error)

    def show(chunk: bytes) -> None:
        with printing:
            try:
                in_a_thread(print_all, chunk)
            except OSError as error:
                fail(error, _READER_GONE if isinstance(error, BrokenPipeError) else 1)
                sock.destroy()

    def send() -> None:
        try:
            while chunk := in_a_thread(read_input):
                drained.clear()
                if not sock.write(chunk):
                    drained.wait()
        except OSError as error:
            fail(error)
        sock.end()

    sock.on("data", show)
    sock.on("drain", drained.set)
    sock.on("close", closed.set)
    sending = gevent.spawn(send)
    closed.wait()
    sending.kill(block=False)
    # A socket that is destroyed closes without waiting for its 'data' listener.
    with printing:
        return status or int(not (sock.readable_ended and sock.writable_finished))


def connect(options: argparse.Namespace) -> int:
    sock = net.connect(**options.address, allow_half_open=True)
    watch(sock, options.timeout)
    return converse(sock)


def listen(options: argparse.Namespace) -> int:
    done: AsyncResult[int] = AsyncResult()

    def talk(sock: net.Socket) -> None:
        server.close()
        watch(sock, options.timeout)
        done.set(converse(sock))

    server = net.create_server(talk, allow_half_open=True)
    return serve(server, options.address, done)


def echo(options: argparse.Namespace) -> int:
    def answer(sock: net.Socket) -> None:
        watch(sock, options.timeout)
        sock.pipe(sock)

    return serve(net.create_server(answer), options.address)


def proxy(options: argparse.Namespace) -> int:
    def relay(sock: net.Socket) -> None:
        other = net.connect(**options.target, allow_half_open=True)
        for one, another in ((sock, other), (other, sock)):
            watch(one, options.timeout)
            one.pipe(another)
            one.on("close", _destroy_after_error(another))

    return serve(net.create_server(relay, allow_half_open=True), options.address)


def _destroy_after_error(sock: net.Socket) -> Callable[[bool], None]:
    def closed(had_error: bool) -> None:
        # Without an error the other side still has to send what it was given.
        if had_error:
            sock.destroy()

    return closed


def serve(server: net.Server, where: dict[str, Any], done: AsyncResult[int] | None = None) -> int:
    """Listen until `done` has the exit status, or for ever; blocks."""
    status: AsyncResult[int] = AsyncResult() if done is None else done

    def fail(error: BaseException) -> None:
        tell(error)
        status.set(1)

    def listening() -> None:
        at = server.address()
        if isinstance(at, net.AddressInfo):
            host = f"[{at.address}]" if at.family == "IPv6" else at.address
            tell(f"listening on {host}:{at.port}")
        elif at is not None:
            tell(f"listening on {os.fsdecode(at).replace(chr(0), '@')}")

    server.on("error", fail)
    try:
        server.listen(**where, callback=listening)
        return status.get() or 0
    finally:
        server.close()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        "python -m geventnet",
        description=_DESCRIPTION,
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for run, text in (
        (listen, "wait for one connection; standard input goes out to it, what it says is printed"),
        (connect, "connect; standard input goes out, what the other side says is printed"),
        (echo, "answer every connection with what it says"),
        (proxy, "pass every connection on to another address"),
    ):
        command = commands.add_parser(run.__name__, help=text, description=text)
        command.set_defaults(run=run)
        command.add_argument("address", type=address, metavar="ADDRESS")
        if run is proxy:
            command.add_argument("target", type=address, metavar="TARGET")
        command.add_argument(
            "-t",
            "--timeout",
            type=float,
            metavar="SECONDS",
            help="give up a connection on which nothing happens for so long",
        )
    return parser


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; returns the exit status."""
    options = _parser().parse_args(arguments)
    for number in (signal.SIGINT, signal.SIGTERM):
        # In a greenlet of its own: what a handler raises inside libuv's callbacks gets lost.
        gevent.signal_handler(number, sys.exit, 128 + number)
    try:
        status: int = options.run(options)
    except (net.NetError, OSError) as error:
        tell(error)
        return 1
    return status


if __name__ == "__main__":
    sys.exit(main())
