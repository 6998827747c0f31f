"""The command line: addresses, options, help."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from platform import python_version
from typing import Any, NamedTuple

import gevent

import geventnet as net

__all__ = ["Command", "parse"]

_DESCRIPTION = """\
Talk over TCP and Unix sockets.

An ADDRESS is one of
  PORT        this port of 127.0.0.1; port 0, to listen on a free port
  HOST:PORT   a host name or an IPv4 address; [HOST]:PORT for an IPv6 address
  :PORT       to listen: all addresses of this machine; to connect: localhost
  PATH        a Unix socket; a text with a / in it, or any text with -U
  @NAME       an abstract Unix socket (Linux)
"""
_EXAMPLES = """\
examples:
  geventnet echo 8124                             an echo server
  geventnet connect 8124                          type a line, read the answer
  geventnet listen -U inbox > inbox               receive one file
  geventnet connect -w 5 example.org:80 < request
  geventnet connect -z -v localhost:8000-8010     which of these ports are open?
  geventnet proxy :8080 example.org:80

The exit status of connect and listen is 0 if all data were sent and received, else 1, and 141 if
nobody reads standard output.
"""


class Command(NamedTuple):
    """One of the commands, for the parser."""

    run: Callable[[argparse.Namespace], int]
    help: str


def _port(text: str) -> int:
    if not text.isdecimal() or int(text) > 65535:
        raise argparse.ArgumentTypeError(f"invalid port: {text!r}")
    return int(text)


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1
    if not 0 < seconds < float("inf"):
        raise argparse.ArgumentTypeError(f"invalid number of seconds: {text!r}")
    return seconds


def _address(text: str, unix: bool) -> dict[str, Any]:
    """The options of `listen` and `connect` for an ADDRESS; raises ValueError if it is none."""
    if text.startswith("@"):
        return {"path": "\0" + text[1:]}
    if text and (unix or "/" in text):
        return {"path": text}
    host, colon, port = text.rpartition(":")
    if not port.isdecimal() or int(port) > 65535:
        raise ValueError(text)
    if not colon:
        host = "127.0.0.1"
    return {"port": int(port), "host": host.removeprefix("[").removesuffix("]") or None}


def _addresses(text: str, unix: bool) -> list[dict[str, Any]]:
    """The addresses of HOST:FIRST-LAST, or the one of an ADDRESS; raises ValueError."""
    before, dash, last = text.rpartition("-")
    host, colon, first = before.rpartition(":")
    if unix or not dash or not first.isdecimal() or not last.isdecimal():
        return [_address(text, unix)]
    ports = range(int(first), int(last) + 1)
    if not ports:
        raise ValueError(text)
    return [_address(f"{host}{colon}{port}", unix) for port in ports]


def _with_timeout(command: argparse.ArgumentParser, text: str) -> None:
    command.add_argument(
        "-w", "-t", "--timeout", type=_seconds, metavar="SECONDS", dest="timeout", help=text
    )


def _parser(commands: dict[str, Command]) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        "geventnet",
        description=_DESCRIPTION,
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    version = (
        f"geventnet {net.__version__} (gevent {gevent.__version__}, Python {python_version()})"
    )
    parser.add_argument("--version", action="version", version=version)
    subparsers = parser.add_subparsers(required=True, metavar="COMMAND", dest="command")
    for name, (run, text) in commands.items():
        command = subparsers.add_parser(name, help=text, description=text)
        command.set_defaults(run=run)
        command.add_argument("address", metavar="ADDRESS")
        if name == "proxy":
            command.add_argument("target", metavar="TARGET")
        command.add_argument(
            "-v", "--verbose", action="store_true", help="report every connection on standard error"
        )
        command.add_argument(
            "-U", "--unix", action="store_true", help="ADDRESS is the path of a Unix socket"
        )
        idle = "close a connection that is idle for SECONDS"
        if name != "connect":
            _with_timeout(command, idle)
        else:
            _with_timeout(command, f"give up connecting after SECONDS, and {idle}")
            command.add_argument(
                "-z",
                "--scan",
                action="store_true",
                help="connect, send nothing, and close; PORT may be a range FIRST-LAST; the exit"
                " status is 0 if a port was open",
            )
            command.add_argument(
                "-s", "--source", metavar="IP", help="connect from this address of this machine"
            )
            command.add_argument(
                "-p", "--source-port", type=_port, metavar="PORT", help="connect from this port"
            )
            for family in (4, 6):
                command.add_argument(
                    f"-{family}",
                    action="store_const",
                    const=family,
                    dest="family",
                    help=f"use IPv{family} only",
                )
        if name in ("connect", "listen"):
            command.add_argument(
                "-N",
                action="store_true",
                help="half-close the connection when standard input ends; this is always done, and"
                " the option is accepted as nc has it",
            )
        if name == "listen":
            command.add_argument(
                "-k",
                "--keep-open",
                action="store_true",
                help="serve one connection after another, until interrupted",
            )
    return parser


def parse(commands: dict[str, Command], arguments: Sequence[str] | None) -> argparse.Namespace:
    """Read the command line; prints what is wrong, and exits with status 2."""
    parser = _parser(commands)
    options, rest = parser.parse_known_args(arguments)
    text = options.address
    if len(rest) == 1 and rest[0].isdecimal():
        # HOST and PORT, as nc has them.
        host = f"[{text}]" if ":" in text else text
        parser.error(f"an ADDRESS is one word: {host}:{rest[0]}")
    if rest:
        parser.error(f"unrecognized arguments: {' '.join(rest)}")
    try:
        if getattr(options, "scan", False):
            addresses = options.addresses = _addresses(text, options.unix)
        else:
            options.address = _address(text, options.unix)
            addresses = [options.address]
        if hasattr(options, "target"):
            text = options.target
            options.target = _address(text, False)
    except ValueError:
        parser.error(f"invalid address value: {text!r}")
    family = getattr(options, "family", None)
    for host in (address.get("host") for address in addresses):
        if family and host and net.is_ip(host) not in (0, family):
            parser.error(f"{host} is no IPv{family} address")
    return options
