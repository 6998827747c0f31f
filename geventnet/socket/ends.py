"""Ends: the two ends of a connection, as messages show them."""

from __future__ import annotations

import os
from typing import Any, NamedTuple

from ..addresses.info import AddressInfo, host_and_port
from ..addresses.proxy import ProxyHeader
from ..addresses.unix import AF_UNIX
from ..connect.target import Target
from ..transport.protocol import Transport

__all__ = ["NOTHING_KNOWN", "NOWHERE", "Ends", "Known"]


class Ends(NamedTuple):
    """Each end is `host:port` or a path; None if it has no name, or none that is known."""

    local: str | None = None
    peer: str | None = None

    def __str__(self) -> str:
        if self.peer is None:
            return "" if self.local is None else f"on {self.local}"
        return f"to {self.peer}" if self.local is None else f"{self.local} to {self.peer}"

    @classmethod
    def of_target(cls, target: Target) -> Ends:
        """Those of a connection that is being made."""
        if target.path is not None:
            return cls(None, _name(target.path))
        return cls(None, host_and_port(target.host, target.port))

    @classmethod
    def of_transport(cls, transport: Transport) -> Ends:
        """Those of an open connection."""
        local, peer = transport.local(), transport.peer()
        if local is not None and peer is not None:
            return cls(
                host_and_port(local.address, local.port), host_and_port(peer.address, peer.port)
            )
        handle = transport.handle
        if handle is None or handle.family != AF_UNIX:
            return NOWHERE
        try:
            return cls(_name(handle.getsockname()), _name(handle.getpeername()))
        except OSError:
            return NOWHERE


#: Neither end has a name.
NOWHERE = Ends()


class Known(NamedTuple):
    """What is known of both ends beside what the transport says."""

    #: Of this end, since it was asked for.
    local: AddressInfo | None = None
    #: Of the other end, since it was asked for, or since a proxy has named it.
    peer: AddressInfo | None = None
    #: What a proxy has said of its client, and its own end.
    proxy_header: ProxyHeader | None = None
    proxy_peer: AddressInfo | None = None
    #: The ends of a connection that has failed.
    ended: Ends = NOWHERE
    #: The addresses that the last dial has tried, if there was a choice.
    attempted: list[str] | None = None


NOTHING_KNOWN = Known()


def _name(path: Any) -> str | None:
    # A name that begins with a zero is one of Linux's abstract ones.
    return os.fsdecode(path).replace("\0", "@") or None
