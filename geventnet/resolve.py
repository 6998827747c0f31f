"""Name look-up over gevent's resolver, whichever is configured."""

from __future__ import annotations

import _socket
from typing import NamedTuple

from gevent import get_hub

from . import errors

__all__ = ["Address", "LookupOptions", "lookup"]


class Address(NamedTuple):
    """An address of a host; `family` is 4 or 6."""

    address: str
    family: int


class LookupOptions(NamedTuple):
    """What a `lookup=` is asked for.

    `family` is 4, 6 or 0 for either, `hints` are `socket.AI_*` flags. With `all`, it calls back
    with a list of addresses; else with one and its family. Reference: "dns.lookup()".
    """

    family: int
    hints: int
    all: bool


_FAMILIES = {0: _socket.AF_UNSPEC, 4: _socket.AF_INET, 6: _socket.AF_INET6}
_NUMBERS = {_socket.AF_INET: 4, _socket.AF_INET6: 6}


def lookup(host: str, family: int = 0, hints: int = 0) -> list[Address]:
    """The addresses of `host`, in the resolver's order and each once.

    Blocks the calling greenlet. Raises `LookupFailure` if there is none.
    """
    try:
        found = get_hub().resolver.getaddrinfo(
            host, 0, _FAMILIES[family], _socket.SOCK_STREAM, 0, hints
        )
    except _socket.gaierror as error:
        raise errors.lookup_error(error, host) from None
    except UnicodeError:
        raise errors.lookup_error(_socket.EAI_NONAME, host) from None
    addresses = [
        Address(str(sockaddr[0]), _NUMBERS[kind])
        for kind, _, _, _, sockaddr in found
        if kind in _NUMBERS
    ]
    if not addresses:
        raise errors.lookup_error(_socket.EAI_NONAME, host)
    return list(dict.fromkeys(addresses))
