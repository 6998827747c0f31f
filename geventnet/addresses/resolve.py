"""Name look-up over gevent's resolver, whichever is configured."""

from __future__ import annotations

import _socket
from typing import ClassVar, NamedTuple

from gevent import get_hub

from .. import errors
from .info import IP_FAMILIES, IP_VERSIONS

__all__ = ["Address", "LookupOptions", "lookup", "socket_address"]


class Address(NamedTuple):
    """An address of a host; `family` is 4 or 6."""

    address: str
    family: int


class LookupOptions:
    """What a `lookup=` is asked for; it may write to them. Reference: "dns.lookup()"."""

    __slots__: ClassVar[dict[str, str]] = {
        "all": "Whether it calls back with a list of addresses; else with one and its family.",
        "family": "4, 6, or 0 for either.",
        "hints": "`socket.AI_*` flags.",
    }

    def __init__(self, family: int, hints: int, all: bool) -> None:
        self.family: int = family
        self.hints: int = hints
        self.all: bool = all

    def __repr__(self) -> str:
        return f"LookupOptions(family={self.family}, hints={self.hints}, all={self.all})"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, LookupOptions):
            return NotImplemented
        return (self.family, self.hints, self.all) == (other.family, other.hints, other.all)


def lookup(host: str, family: int = 0, hints: int = 0) -> list[Address]:
    """The addresses of `host`, in the resolver's order and each once.

    Blocks the calling greenlet. Raises `LookupFailure` if there is none.
    """
    try:
        # The resolver's thread would report a name that it cannot encode as an error of its own.
        host.encode("idna")
        found = get_hub().resolver.getaddrinfo(
            host, 0, IP_FAMILIES.get(family, _socket.AF_UNSPEC), _socket.SOCK_STREAM, 0, hints
        )
    except _socket.gaierror as error:
        raise errors.lookup_error(error, host) from None
    except UnicodeError:
        raise errors.lookup_error(_socket.EAI_NONAME, host) from None
    addresses = [
        Address(_with_zone(*sockaddr), IP_VERSIONS[kind])
        for kind, _, _, _, sockaddr in found
        if kind in IP_VERSIONS
    ]
    if not addresses:
        raise errors.lookup_error(_socket.EAI_NONAME, host)
    return list(dict.fromkeys(addresses))


def _with_zone(address: str, _port: int, _flow: int = 0, zone: int = 0) -> str:
    if not zone or "%" in address:
        return address
    try:
        return f"{address}%{_socket.if_indextoname(zone)}"
    except OSError:
        return address


def socket_address(address: str, port: int) -> tuple[str, int] | tuple[str, int, int, int]:
    """An IP address as the module `socket` takes it, with the number of its zone if it has one.

    A zone that this machine does not have is none, as in Node.
    """
    plain, percent, zone = address.partition("%")
    if not percent:
        return address, port
    try:
        number = int(zone) if zone.isdecimal() else _socket.if_nametoindex(zone)
    except OSError:
        number = 0
    return plain, port, 0, number if number < 1 << 32 else 0
