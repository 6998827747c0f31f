"""IP addresses, and the small immutable values that say where something is.

Reference: `net.isIP()`, `net.isIPv4()`, `net.isIPv6()`, `net.SocketAddress`, `server.address()`,
`server` event `'drop'`.
"""

from __future__ import annotations

import _socket
import re
from collections.abc import Callable
from typing import Any, Final, NamedTuple

from .. import errors
from ..arguments import values

__all__ = [
    "FAMILY_NAMES",
    "AddressInfo",
    "DropInfo",
    "SocketAddress",
    "address_info",
    "host_and_port",
    "is_ip",
    "is_ipv4",
    "is_ipv6",
]

_OCTET = r"(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])"
_QUAD = rf"{_OCTET}(?:\.{_OCTET}){{3}}"
_GROUP = r"[0-9a-fA-F]{1,4}"


def _ipv6_pattern() -> str:
    """Eight groups, the last two perhaps in dots; `::` stands for one group or more."""
    forms = [rf"(?:{_GROUP}:){{7}}{_GROUP}", rf"(?:{_GROUP}:){{6}}{_QUAD}"]
    for before in range(8):
        head = rf"{_GROUP}(?::{_GROUP}){{{before - 1}}}" if before else ""
        tails = []
        if before < 6:
            tails.append(rf"(?:{_GROUP}:){{0,{5 - before}}}{_QUAD}")
        if before < 7:
            tails.append(rf"{_GROUP}(?::{_GROUP}){{0,{6 - before}}}")
        forms.append(f"{head}::" + (f"(?:{'|'.join(tails)})?" if tails else ""))
    return "|".join(forms)


_is_quad = re.compile(_QUAD).fullmatch
_is_groups = re.compile(rf"(?:{_ipv6_pattern()})(?:%[0-9a-zA-Z.:-]+)?").fullmatch


def is_ip(value: object) -> int:
    """Return 4 or 6 for the text of an IP address of that version, else 0.

    Reference: `net.isIP(input)`.
    """
    if is_ipv4(value):
        return 4
    return 6 if is_ipv6(value) else 0


def is_ipv4(value: object) -> bool:
    """Tell whether `value` is four decimal numbers with dots, without leading zeroes.

    Reference: `net.isIPv4(input)`.
    """
    return isinstance(value, str) and _is_quad(value) is not None


def is_ipv6(value: object) -> bool:
    """Tell whether `value` is the text of an IPv6 address, perhaps with a zone (`fe80::1%eth0`).

    Reference: `net.isIPv6(input)`.
    """
    return isinstance(value, str) and _is_groups(value) is not None


class AddressInfo(NamedTuple):
    """One end of a connection, or where a server listens; `family` is "IPv4" or "IPv6".

    Reference: `server.address()`, `socket.address()`.
    """

    address: str
    family: str
    port: int


class DropInfo(NamedTuple):
    """Both ends of a connection that a server dropped; families are "IPv4" or "IPv6".

    `reason` is None for one above `max_connections`, else what is wrong with its PROXY header:
    "untrusted peer", "no PROXY header", "malformed PROXY header", "oversized PROXY header" or
    "PROXY header timed out".

    Reference: `server` event `'drop'`.
    """

    local_address: str | None = None
    local_port: int | None = None
    local_family: str | None = None
    remote_address: str | None = None
    remote_port: int | None = None
    remote_family: str | None = None
    reason: str | None = None


#: The family of a version of IP, as a constant of the module `socket`, and the other way.
IP_FAMILIES: Final = {4: _socket.AF_INET, 6: _socket.AF_INET6}
IP_VERSIONS: Final = {int(family): version for version, family in IP_FAMILIES.items()}
#: The families that have IP addresses, by Node's names.
FAMILY_NAMES: Final = {int(_socket.AF_INET): "IPv4", int(_socket.AF_INET6): "IPv6"}


def address_info(family: int, ask: Callable[[], Any]) -> AddressInfo | None:
    """What `ask` says of a TCP socket; None for other families, or if the system has no answer."""
    name = FAMILY_NAMES.get(family)
    if name is None:
        return None
    try:
        found = ask()
    except OSError:
        return None
    return AddressInfo(found[0], name, found[1])


def host_and_port(host: str, port: int) -> str:
    """`127.0.0.1:80`, `[::1]:80`."""
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


#: The families that `SocketAddress` and `BlockList` know, by the name they have there.
FAMILIES: Final = {"ipv4": _socket.AF_INET, "ipv6": _socket.AF_INET6}


def pack(address: str, family: int) -> bytes:
    """Return the address in network order, without its zone; ERR_INVALID_ADDRESS if it is none."""
    if family == _socket.AF_INET6:
        address = address.partition("%")[0]
    try:
        return _socket.inet_pton(family, address)
    except (OSError, ValueError):
        raise errors.invalid_address() from None


_WITH_PORT = re.compile(r"(?:\[(?P<v6>[^\]%]*)\]|(?P<v4>[^:\[\]]*))(?::(?P<port>[0-9]{1,5}))?")


class SocketAddress:
    """An IP address with a port; immutable, and equal to another of the same four values.

    `family` is "ipv4" or "ipv6" in either case; without `address` it is the loop-back address of
    IPv4, or "::". An IPv6 address is written in its shortest form, without a zone. `flowlabel` is
    of IPv6 alone. Raises ERR_INVALID_ADDRESS for an address that is not of the family,
    ERR_INVALID_ARG_VALUE, ERR_INVALID_ARG_TYPE, ERR_SOCKET_BAD_PORT, ERR_OUT_OF_RANGE.

    Reference: `new net.SocketAddress([options])`.
    """

    __slots__ = ("address", "family", "flowlabel", "port")

    address: str
    family: str
    flowlabel: int
    port: int

    def __init__(
        self,
        address: str | None = None,
        port: int = 0,
        family: str = "ipv4",
        flowlabel: int = 0,
    ) -> None:
        name = family.lower() if isinstance(family, str) else ""
        if name not in FAMILIES:
            raise errors.invalid_arg_value("family", family)
        if address is None:
            address = "127.0.0.1" if name == "ipv4" else "::"
        values.string(address, "address")
        port = values.port(port)
        flowlabel = values.int32(flowlabel, "flowlabel", 0, 0xFFFFF)
        packed = pack(address, FAMILIES[name])
        for slot, value in (
            ("address", _socket.inet_ntop(FAMILIES[name], packed)),
            ("family", name),
            ("flowlabel", flowlabel if name == "ipv6" else 0),
            ("port", port),
        ):
            object.__setattr__(self, slot, value)

    @staticmethod
    def is_socket_address(value: object) -> bool:
        """Tell whether `value` is a SocketAddress."""
        return isinstance(value, SocketAddress)

    @classmethod
    def parse(cls, text: str) -> SocketAddress | None:
        """Read `"1.2.3.4:80"` or `"[::1]:80"`, the port optional; None if it is neither.

        Reference: `SocketAddress.parse(input)`.
        """
        found = _WITH_PORT.fullmatch(values.string(text, "text"))
        if found is None:
            return None
        v6: str | None = found["v6"]
        try:
            return cls(
                found["v4"] if v6 is None else v6,
                int(found["port"] or 0),
                "ipv4" if v6 is None else "ipv6",
            )
        except errors.NetError:
            return None

    def to_json(self) -> dict[str, str | int]:
        """Return the four values as a dict that `json.dumps` takes."""
        return {
            "address": self.address,
            "port": self.port,
            "family": self.family,
            "flowlabel": self.flowlabel,
        }

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"a SocketAddress is immutable: cannot set {name!r}")

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"a SocketAddress is immutable: cannot delete {name!r}")

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, SocketAddress):
            return NotImplemented
        return self.to_json() == other.to_json()

    def __hash__(self) -> int:
        return hash((self.address, self.port, self.family, self.flowlabel))

    def __repr__(self) -> str:
        fields = ", ".join(f"{name}={value!r}" for name, value in self.to_json().items())
        return f"SocketAddress({fields})"

    def __reduce__(self) -> tuple[Any, ...]:
        return SocketAddress, (self.address, self.port, self.family, self.flowlabel)
