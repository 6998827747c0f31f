"""Endpoints: the addresses of both ends of a Socket's connection."""

from __future__ import annotations

import _socket
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from .address import AddressInfo
from .blocking import BlockingFace
from .handle import Handle

__all__ = ["FAMILY_NAMES", "Endpoints", "address_info"]

FAMILY_NAMES = {int(_socket.AF_INET): "IPv4", int(_socket.AF_INET6): "IPv6"}


class Endpoints(BlockingFace):
    """Where a Socket's connection begins and ends; what was asked is remembered."""

    __slots__ = ()

    #: What `accept` gave: a peer that has reset since has no other address.
    _from: Any
    _local: AddressInfo | None
    _peer: AddressInfo | None

    if TYPE_CHECKING:

        def _descriptor(self) -> Handle | None: ...

    def address(self) -> AddressInfo | None:
        """Where this end is bound; None without a TCP connection. Reference: "socket.address()"."""
        return self._local_address()

    @property
    def local_address(self) -> str | None:
        """This end's IP address. Reference: "socket.localAddress"."""
        address = self._local_address()
        return None if address is None else address.address

    @property
    def local_port(self) -> int | None:
        """This end's port. Reference: "socket.localPort"."""
        address = self._local_address()
        return None if address is None else address.port

    @property
    def local_family(self) -> str | None:
        """`"IPv4"` or `"IPv6"`. Reference: "socket.localFamily"."""
        address = self._local_address()
        return None if address is None else address.family

    @property
    def remote_address(self) -> str | None:
        """The other end's IP address; None once destroyed unless it was read before.

        Reference: "socket.remoteAddress".
        """
        address = self._peer_address()
        return None if address is None else address.address

    @property
    def remote_port(self) -> int | None:
        """The other end's port. Reference: "socket.remotePort"."""
        address = self._peer_address()
        return None if address is None else address.port

    @property
    def remote_family(self) -> str | None:
        """`"IPv4"` or `"IPv6"`. Reference: "socket.remoteFamily"."""
        address = self._peer_address()
        return None if address is None else address.family

    def _local_address(self) -> AddressInfo | None:
        sock = self._descriptor()
        if self._local is None and sock is not None:
            self._local = address_info(sock, sock.getsockname)
        return self._local

    def _peer_address(self) -> AddressInfo | None:
        if self._peer is None and self._sock is not None and not self._connecting:
            if self._from is not None:
                self._peer = named_address(self._sock.family, self._from)
            else:
                self._peer = address_info(self._sock, self._sock.getpeername)
        return self._peer


def address_info(sock: Handle, ask: Callable[[], Any]) -> AddressInfo | None:
    """What `ask` says of a TCP socket; None for other families, or if the system has no answer."""
    try:
        return named_address(sock.family, ask())
    except OSError:
        return None


def named_address(family: int, address: Any) -> AddressInfo | None:
    """An address as the system gives it; None if it gave none, or for other families."""
    name = FAMILY_NAMES.get(family)
    return AddressInfo(address[0], name, address[1]) if name is not None and address else None
