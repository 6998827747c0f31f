"""A list of addresses that may not connect.

The rules are kept as they were added, for `rules` and for removal. What they block is in one space
of numbers, that of IPv6, in which an IPv4 address is the one it is mapped to (`::ffff:1.2.3.4`).
Single addresses are in a dict. All else is merged into a sorted list of bounds, the numbers at
which an interval begins or has ended: a number is blocked if an odd count of them is at or below.

One thing is otherwise, as in Node: an IPv6 range blocks in IPv4 only if both its ends are mapped.
So each family has bounds of its own.

Reference: `net.BlockList`.
"""

from __future__ import annotations

import _socket
import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

from .. import errors
from ..arguments import values
from .info import FAMILIES, SocketAddress, pack

if TYPE_CHECKING:
    from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

    Address = str | SocketAddress | IPv4Address | IPv6Address
    Network = Address | IPv4Network | IPv6Network

__all__ = ["BlockList"]

_V4: Final = _socket.AF_INET
_V6: Final = _socket.AF_INET6
_BITS: Final = {_V4: 32, _V6: 128}
_NAMES: Final = {_V4: "IPv4", _V6: "IPv6"}
#: The number of 0.0.0.0.
_MAPPED: Final = 0xFFFF << 32
#: So many intervals are inserted into the bounds, each at the cost of moving memory, before all
#: of them are sorted again.
_FEW: Final = 256

_inet_pton = _socket.inet_pton


class _Rule(NamedTuple):
    """A rule as it is shown, and what it blocks; a `wide` range blocks nothing in IPv4."""

    text: str
    first: int
    last: int
    wide: bool = False


class BlockList:
    """Rules that say which addresses are blocked.

    An address is a string, a SocketAddress, or an `ipaddress` object. `family` is "ipv4" or
    "ipv6"; when it is not given it is that of the address. Nothing here blocks the greenlet. A
    check takes a time that grows with the logarithm of the number of networks and ranges; the first
    after one of these was removed, or many were added, sorts them.

    Reference: `net.BlockList`.
    """

    __slots__ = ("_addresses", "_bounds", "_inserted", "_rules")

    def __init__(self) -> None:
        self.clear()

    @staticmethod
    def is_block_list(value: object) -> bool:
        """Tell whether `value` is a BlockList. Reference: `BlockList.isBlockList(value)`."""
        return isinstance(value, BlockList)

    def add_address(self, address: Address, family: str | None = None) -> None:
        """Block one address.

        Raises ERR_INVALID_ADDRESS, ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE.
        Reference: `blockList.addAddress(address[, type])`.
        """
        self._add(_address_rule(address, family))

    def add_range(self, start: Address, end: Address, family: str | None = None) -> None:
        """Block the addresses from `start` to `end`, both included and of one family.

        Raises as `add_address`; ERR_INVALID_ARG_VALUE if `start` comes after `end`.
        Reference: `blockList.addRange(start, end[, type])`.
        """
        self._add(_range_rule(start, end, family))

    def add_subnet(
        self, network: Network, prefix: int | None = None, family: str | None = None
    ) -> None:
        """Block a network: `("10.0.0.0", 8)`, `"10.0.0.0/8"`, or an `ipaddress` network.

        Raises as `add_address`; ERR_OUT_OF_RANGE for a prefix longer than an address.
        Reference: `blockList.addSubnet(net, prefix[, type])`.
        """
        self._add(_subnet_rule(network, prefix, family))

    def remove_address(self, address: Address, family: str | None = None) -> bool:
        """Take back one `add_address`; False if there was none. Raises as `add_address`."""
        return self._remove(_address_rule(address, family))

    def remove_range(self, start: Address, end: Address, family: str | None = None) -> bool:
        """Take back one `add_range` with these ends; False if there was none."""
        return self._remove(_range_rule(start, end, family))

    def remove_subnet(
        self, network: Network, prefix: int | None = None, family: str | None = None
    ) -> bool:
        """Take back one `add_subnet` of this network; False if there was none."""
        return self._remove(_subnet_rule(network, prefix, family))

    def clear(self) -> None:
        """Remove every rule."""
        self._rules: list[_Rule] = []
        #: How many rules block an address by itself.
        self._addresses: dict[int, int] = {}
        #: The bounds for each family that was asked for since they were sorted.
        self._bounds: dict[int, list[int]] = {}
        self._inserted = 0

    def check(self, address: Address, family: str | None = None) -> bool:
        """Tell whether an address is blocked; a string that is no address is not.

        Raises ERR_INVALID_ARG_TYPE. Reference: `blockList.check(address[, type])`.
        """
        try:
            number, known = _read(address, family, "address")
        except errors.NetTypeError:
            raise
        except errors.NetError:
            return False
        if number in self._addresses:
            return True
        bounds = self._bounds.get(known)
        if bounds is None:
            bounds = self._bounds[known] = self._sorted_bounds(known)
        return bisect_right(bounds, number) & 1 == 1

    @property
    def rules(self) -> list[str]:
        """What was added, the newest first, each as `"Subnet: IPv4 10.0.0.0/8"`.

        Reference: `blockList.rules`.
        """
        return [rule.text for rule in reversed(self._rules)]

    @property
    def size(self) -> int:
        """The number of rules."""
        return len(self._rules)

    def __len__(self) -> int:
        """The number of rules."""
        return len(self._rules)

    def __iter__(self) -> Iterator[str]:
        """The rules, as `rules` has them."""
        return iter(self.rules)

    def __contains__(self, address: Address) -> bool:
        """`check(address)`."""
        return self.check(address)

    def __bool__(self) -> bool:
        return True

    def __repr__(self) -> str:
        count = len(self._rules)
        return f"<BlockList of {count} rule{'' if count == 1 else 's'}>"

    def to_json(self) -> list[str]:
        """Return the rules in a form that `json.dumps` and `from_json` take.

        Reference: `blockList.toJSON()`.
        """
        return self.rules

    def from_json(self, value: str | Sequence[str]) -> None:
        """Add the rules that `to_json` gave, as a list or as the JSON text of one.

        Raises ERR_INVALID_ARG_TYPE for what is not a list of strings, ERR_INVALID_ARG_VALUE for a
        string that is not a rule, and has added nothing then.
        Reference: `blockList.fromJSON(value)`.
        """
        if isinstance(value, str):
            import json

            try:
                value = json.loads(value)
            except ValueError:
                raise errors.invalid_arg_value("value", value, "must be JSON") from None
        if not isinstance(value, list | tuple):
            raise errors.invalid_arg_type("value", ("list", "str"), value)
        for rule in [_parse(values.string(text, "value")) for text in reversed(value)]:
            self._add(rule)

    def _add(self, rule: _Rule) -> None:
        self._rules.append(rule)
        first, last = rule.first, rule.last
        if first == last:
            self._addresses[first] = self._addresses.get(first, 0) + 1
        elif self._inserted < _FEW:
            for family, bounds in self._bounds.items():
                if family == _V6 or not rule.wide:
                    _insert(bounds, first, last + 1)
            self._inserted += bool(self._bounds)
        else:
            self._forget_bounds()

    def _remove(self, rule: _Rule) -> bool:
        try:
            self._rules.remove(rule)
        except ValueError:
            return False
        if rule.first != rule.last:
            self._forget_bounds()
        elif self._addresses[rule.first] > 1:
            self._addresses[rule.first] -= 1
        else:
            del self._addresses[rule.first]
        return True

    def _forget_bounds(self) -> None:
        self._bounds.clear()
        self._inserted = 0

    def _sorted_bounds(self, family: int) -> list[int]:
        bounds: list[int] = []
        for first, last in sorted(
            rule[1:3]
            for rule in self._rules
            if rule.first != rule.last and (family == _V6 or not rule.wide)
        ):
            _insert(bounds, first, last + 1)
        return bounds


def _insert(bounds: list[int], first: int, after: int) -> None:
    low, high = bisect_left(bounds, first), bisect_right(bounds, after)
    # An end that lies in, or touches, an interval that is there already is no bound.
    bounds[low:high] = [first] * (1 - low % 2) + [after] * (1 - high % 2)


def _read(address: object, family: object, name: str) -> tuple[int, int]:
    """Return the number of an address and its family, which is seen from the text if not given."""
    if family is None and type(address) is str:
        # What a check is given nearly always, without the calls that the others need.
        try:
            if ":" in address:
                return int.from_bytes(_inet_pton(_V6, address)), _V6
            return int.from_bytes(_inet_pton(_V4, address)) | _MAPPED, _V4
        except (OSError, ValueError):
            pass
    if isinstance(address, SocketAddress):
        return _read(address.address, address.family, name)
    packed = getattr(address, "packed", None)
    if not isinstance(packed, bytes):
        text = values.string(address, name)
        if family is None:
            family = "ipv6" if ":" in text else "ipv4"
        known = FAMILIES.get(values.string(family, "family").lower())
        if known is None:
            raise errors.invalid_arg_value("family", family)
        packed = pack(text, known)
    number = int.from_bytes(packed)
    return (number | _MAPPED, _V4) if len(packed) == 4 else (number, _V6)


def _text(number: int, family: int) -> str:
    return _socket.inet_ntop(family, number.to_bytes(16)[-_BITS[family] // 8 :])


def _address_rule(address: object, family: object) -> _Rule:
    number, known = _read(address, family, "address")
    return _Rule(f"Address: {_NAMES[known]} {_text(number, known)}", number, number)


def _range_rule(start: object, end: object, family: object) -> _Rule:
    first, known = _read(start, family, "start")
    last, other = _read(end, family, "end")
    if known != other:
        raise errors.invalid_arg_value("end", end, "must be of the same family as start")
    if first > last:
        raise errors.invalid_arg_value("start", start, "must come before end")
    text = f"Range: {_NAMES[known]} {_text(first, known)}-{_text(last, known)}"
    return _Rule(text, first, last, wide=not first >> 32 == last >> 32 == 0xFFFF)


def _subnet_rule(network: object, prefix: object, family: object) -> _Rule:
    if prefix is None and isinstance(network, str) and "/" in network:
        network, _, digits = network.partition("/")
        if not (digits.isascii() and digits.isdigit()):
            raise errors.invalid_arg_value("network", f"{network}/{digits}")
        prefix = int(digits)
    elif prefix is None and hasattr(network, "prefixlen"):
        prefix = network.prefixlen
    # An ipaddress network is a base address with a prefix, and has no number of its own.
    number, known = _read(getattr(network, "network_address", network), family, "network")
    length = values.int32(prefix, "prefix", 0, _BITS[known])
    text = f"Subnet: {_NAMES[known]} {_text(number, known)}/{length}"
    host = (1 << (_BITS[known] - length)) - 1
    return _Rule(text, number & ~host, number | host)


_RULE = re.compile(
    r"(?:(Address)|(Range)|(Subnet)): (IPv[46]) ([^\s/-]+)(?(2)-(\S+))(?(3)/([0-9]{1,3}))"
)


def _parse(text: str) -> _Rule:
    found = _RULE.fullmatch(text)
    if found is None:
        raise errors.invalid_arg_value("value", text, "must be a list of rules")
    _, is_range, is_subnet, family, address, end, prefix = found.groups()
    if is_range:
        return _range_rule(address, end, family)
    if is_subnet:
        return _subnet_rule(address, int(prefix), family)
    return _address_rule(address, family)
