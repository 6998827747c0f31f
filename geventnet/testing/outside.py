"""A test that would talk to the outside fails.

Every socket of Python, be it the standard library's, gevent's or this library's, tells the
interpreter's audit hooks before it connects, sends or looks a name up. A hook cannot be removed: it
is added at the first use, and does nothing while no `only_local()` is active.
"""

from __future__ import annotations

import contextlib
import errno
import ipaddress
import sys
from collections.abc import Iterator
from typing import Any

__all__ = ["Outside", "OutsideError", "only_local"]

#: The position of the address among the arguments of each event.
_EVENTS = {
    "socket.connect": 1,
    "socket.sendto": 1,
    "socket.sendmsg": 1,
    "socket.getaddrinfo": 0,
    "socket.gethostbyname": 0,
    "socket.gethostbyaddr": 0,
}
_LOCAL_NAMES = {"", "localhost", "localhost.localdomain", "ip6-localhost", "<broadcast>"}

_active: list[Outside] = []
_hooked = False


class OutsideError(PermissionError):
    """The test talked to the outside; `attempts` are the hosts that it tried."""

    def __init__(self, attempts: list[str]) -> None:
        self.attempts = attempts
        hosts = ", ".join(dict.fromkeys(attempts))
        super().__init__(errno.EACCES, f"only_local: not allowed to talk to {hosts}")


class Outside:
    """What a test may reach, and the hosts that it tried and may not."""

    def __init__(self, allowed: tuple[str, ...]) -> None:
        #: The hosts that were tried and may not be reached.
        self.attempts: list[str] = []
        self._names = _LOCAL_NAMES | {name.lower() for name in allowed}
        self._networks = [network for name in allowed if (network := _network(name))]

    def forbids(self, host: str) -> bool:
        """Tell whether `host`, a name or an address, may not be reached."""
        if host.lower() in self._names:
            return False
        try:
            address = ipaddress.ip_address(host.partition("%")[0])
        except ValueError:
            return True
        mapped = getattr(address, "ipv4_mapped", None) or address
        if mapped.is_loopback or mapped.is_unspecified:
            return False
        return not any(mapped in network for network in self._networks)


def _network(name: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network | None:
    try:
        return ipaddress.ip_network(name, strict=False)
    except ValueError:
        return None


def _host(address: Any) -> str | None:
    """The host of an address, or None if it is not one of the internet."""
    if isinstance(address, tuple):
        address = address[0] if address else None
        if not isinstance(address, str | bytes | bytearray):
            return None
    elif isinstance(address, bytes | bytearray) and b"\0" in address:
        return None
    if isinstance(address, bytes | bytearray):
        address = bytes(address).decode("utf-8", "replace")
    return address if isinstance(address, str) else None


def _audit(event: str, args: tuple[Any, ...]) -> None:
    if not _active or event not in _EVENTS:
        return
    address = args[_EVENTS[event]]
    if event in ("socket.connect", "socket.sendto", "socket.sendmsg") and not isinstance(
        address, tuple
    ):
        return
    host = _host(address)
    if host is None:
        return
    for outside in _active:
        if outside.forbids(host):
            outside.attempts.append(host)
            raise OutsideError([host])


@contextlib.contextmanager
def only_local(*allowed: str) -> Iterator[Outside]:
    """Refuse to connect, to send or to look a name up outside of this machine, in all threads.

    What tries it gets an `OutsideError`, an OSError, before anything is sent; so that nothing that
    swallows it goes unnoticed, it is raised again on leaving, unless another exception comes out of
    the body. Unix sockets, loopback addresses and `localhost` are local; `allowed` are further
    names, addresses and networks (`"10.0.0.0/8"`). Gives an object whose `attempts` are the hosts
    that were tried; who expects some clears it. Names that gevent's `ares` resolver looks up are
    not seen, the connections that follow are.
    """
    global _hooked
    outside = Outside(allowed)
    _active.append(outside)
    if not _hooked:
        _hooked = True
        sys.addaudithook(_audit)
    try:
        yield outside
    finally:
        _active.remove(outside)
    if outside.attempts:
        raise OutsideError(outside.attempts)
