"""The command line that all servers here share, and how they say that they listen."""

import argparse
import os
from collections.abc import Iterable
from dataclasses import dataclass

CHUNK = b"x" * 65536
PIECE = b"x" * 64
PIECES = 16
HEADER = b"x" * 100
BODY = b"x" * 1024


@dataclass(frozen=True, slots=True)
class Arguments:
    mode: str
    unix: str | None
    no_delay: bool
    backlog: int
    to: int
    file: str
    workers: int
    reuse_port: bool
    proxy_protocol: bool


def parse(modes: Iterable[str]) -> Arguments:
    """Read MODE and the options: one that a server has no use for is ignored by it."""
    parser = argparse.ArgumentParser()
    parser.add_argument("mode", choices=sorted(modes))
    parser.add_argument("--unix", metavar="PATH", help="listen on a Unix socket, not on TCP")
    parser.add_argument("--no-delay", action="store_true", help="switch Nagle's algorithm off")
    parser.add_argument("--backlog", type=int, default=511)
    parser.add_argument("--to", type=int, default=0, metavar="PORT", help="where a proxy connects")
    parser.add_argument("--file", default="", metavar="PATH", help="what the file mode sends")
    parser.add_argument("--workers", type=int, default=0, metavar="N", help="that many processes")
    parser.add_argument("--reuse-port", action="store_true", help="a socket for each worker")
    parser.add_argument("--proxy-protocol", action="store_true", help="expect PROXY headers")
    return Arguments(**vars(parser.parse_args()))


def announce(where: int | str) -> None:
    """Print the port or the path: clients may connect from now on.

    With --workers it is printed once for each worker. It is one write: other workers print to the
    same pipe.
    """
    os.write(1, f"{where}\n".encode())
