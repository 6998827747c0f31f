"""A list of addresses that may not connect.

The rules are kept as they were added, for `rules` and for removal. Beside them, for each version of
IP, stands the set of blocked addresses as sorted intervals that neither touch nor overlap, so that
a check is one binary search. The intervals lag behind the rules: those in `_pending` are taken up
by the next check, because sorting a hundred thousand rules once costs as much as inserting a few
hundred. Intervals that were merged cannot be parted: what a removed rule had blocked (`_removed`)
is cut out by the next check, and put back in as far as other rules block it.

IPv4 and IPv4-mapped IPv6 (`::ffff:1.2.3.4`) are one address: the mapped part of an IPv6 rule is
blocked in IPv4, and a mapped address is looked up in both. One thing is otherwise, as in Node: an
IPv6 range blocks in IPv4 only if both its ends are mapped.

Reference: `net.BlockList`.
"""

from __future__ import annotations

import _socket
import json
import re
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from struct import Struct
from typing import TYPE_CHECKING, Final, NamedTuple

from . import errors, validate
from .address import FAMILIES, SocketAddress, pack

if TYPE_CHECKING:
    from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

    Address = str | SocketAddress | IPv4Address | IPv6Address
    Network = Address | IPv4Network | IPv6Network

__all__ = ["BlockList"]

_V4: Final = _socket.AF_INET
_V6: Final = _socket.AF_INET6
_BITS: Final = {_V4: 32, _V6: 128}
_NAMES: Final = {_V4: "IPv4", _V6: "IPv6"}
# What stands above the 32 bits of an IPv4 address in its IPv6 form.
_MAPPED: Final = 0xFFFF

# Up to so many new intervals are inserted one by one, each at the cost of moving memory; more are
# sorted in.
_FEW: Final = 256

# So many removed rules are cut out one by one, each at the cost of looking at every rule; after
# more of them all rules are sorted again.
_FEW_REMOVED: Final = 8

# A set with so many boundaries has an index, and on the average about so many of them in a slot.
_LARGE: Final = 8192
_PER_SLOT: Final = 64

_halves = Struct(">QQ").unpack

_inet_pton = _socket.inet_pton


class _Intervals:
    """A set of integers, as the sorted numbers at which membership changes.

    An interval stands there as its first number and the one after its last, so a number is in the
    set if an odd count of boundaries is at or below it. One that reaches up to the very last
    number has no second boundary. Boundaries are kept in two halves, because an array, unlike a
    list of Python's integers, lies in one piece of memory: that is what a search costs.

    A large set has an index, too: the room between its first and its last high half is parted into
    equal slots, and the index has the rank at which each begins. A search is one in a slot then.
    """

    __slots__ = ("_base", "_bits", "_index", "_past_all", "_shift", "_type", "highs", "lows")

    def __init__(self, bits: int) -> None:
        # Numbers that fit in one half have nothing in the other.
        self._bits = 64 if bits > 64 else 0
        self._type = "Q" if bits > 32 else "I"
        self._past_all = 1 << bits
        self.clear()

    def clear(self) -> None:
        self.highs = array(self._type)
        self.lows = array(self._type)
        self._index = array("I")
        self._base = self._shift = 0

    def rank(self, high: int, low: int) -> int:
        """The count of boundaries at or below a number."""
        highs, index = self.highs, self._index
        if index:
            slot = (high - self._base) >> self._shift
            if slot < 0:
                return 0
            if slot >= len(index) - 1:
                return len(highs)
            at = bisect_right(highs, high, index[slot], index[slot + 1])
        else:
            at = bisect_right(highs, high)
        if at and highs[at - 1] == high:
            at = bisect_right(self.lows, low, bisect_left(highs, high, 0, at), at)
        return at

    def _make_index(self) -> None:
        highs = self.highs
        self._index = array("I")
        if len(highs) < _LARGE:
            return
        base, room = highs[0], highs[-1] - highs[0]
        self._base = base
        self._shift = shift = max(0, room.bit_length() - (len(highs) // _PER_SLOT).bit_length())
        begins = range(base, base + room + 1, 1 << shift)
        self._index.extend(bisect_left(highs, begin) for begin in begins)
        self._index.append(len(highs))

    def add(self, pairs: Sequence[tuple[int, int]]) -> None:
        if len(pairs) <= _FEW:
            for first, last in pairs:
                self._insert(first, last + 1)
        else:
            self._sort_in(pairs)

    def _rank_of(self, number: int) -> int:
        return self.rank(*self._split(number)) if number >= 0 else 0

    def _split(self, number: int) -> tuple[int, int]:
        return number >> self._bits, number & ((1 << self._bits) - 1)

    def _insert(self, first: int, after: int) -> None:
        low, high = self._rank_of(first - 1), self._rank_of(after)
        # An end that lies in, or touches, an interval that is there already is no boundary.
        new = [] if low & 1 else [first]
        if not high & 1:
            new.append(after)
        self._replace(low, high, new)

    def _sort_in(self, pairs: Iterable[tuple[int, int]]) -> None:
        present = [
            high << self._bits | low for high, low in zip(self.highs, self.lows, strict=True)
        ]
        if len(present) & 1:
            present.append(self._past_all)
        bounds: list[int] = []
        reach = -1
        spans = [(first, last + 1) for first, last in pairs]
        spans += zip(present[::2], present[1::2], strict=True)
        spans.sort()
        for first, after in spans:
            if first > reach:
                bounds += (first, after)
                reach = after
            elif after > reach:
                bounds[-1] = reach = after
        self._replace(0, len(self.highs), bounds)

    def remove(self, first: int, last: int) -> None:
        low, high = self._rank_of(first - 1), self._rank_of(last + 1)
        # What reaches into the gap from either side ends or begins at its edge.
        new = [first] if low & 1 else []
        if high & 1:
            new.append(last + 1)
        self._replace(low, high, new)

    def _replace(self, low: int, high: int, bounds: list[int]) -> None:
        if bounds and bounds[-1] == self._past_all:
            bounds.pop()
        halves = [self._split(bound) for bound in bounds]
        self.highs[low:high] = array(self._type, [half[0] for half in halves])
        self.lows[low:high] = array(self._type, [half[1] for half in halves])
        self._make_index()


class _Rule(NamedTuple):
    """A rule as it was added; `prefix` is -1 except for a subnet, whose `first` is as written."""

    kind: str
    family: int
    first: int
    last: int
    prefix: int = -1

    def interval(self) -> tuple[int, int]:
        if self.prefix < 0:
            return self.first, self.last
        host = (1 << (_BITS[self.family] - self.prefix)) - 1
        return self.first & ~host, self.first | host

    def interval_in_ipv4(self) -> tuple[int, int] | None:
        """What an IPv6 rule blocks in IPv4."""
        if self.kind == "Subnet" and self.prefix <= 96:
            first, last = self.interval()
            return (0, 0xFFFFFFFF) if first <= _MAPPED << 32 <= last else None
        first, last = self.interval()
        if first >> 32 == last >> 32 == _MAPPED:
            return first & 0xFFFFFFFF, last & 0xFFFFFFFF
        return None

    def blocks(self) -> list[tuple[int, int, int]]:
        """The family, first and last of each interval that is blocked."""
        blocked = [(self.family, *self.interval())]
        if self.family == _V6 and (mapped := self.interval_in_ipv4()):
            blocked.append((_V4, *mapped))
        return blocked

    def __str__(self) -> str:
        text = f"{self.kind}: {_NAMES[self.family]} {_text(self.first, self.family)}"
        if self.kind == "Range":
            return f"{text}-{_text(self.last, self.family)}"
        return f"{text}/{self.prefix}" if self.kind == "Subnet" else text


def _text(number: int, family: int) -> str:
    return _socket.inet_ntop(family, number.to_bytes(_BITS[family] // 8, "big"))


def _read(address: object, family: object, name: str) -> tuple[int, int]:
    """Return the number of an address and its family, which is seen from the text if not given."""
    if isinstance(address, SocketAddress):
        return _read(address.address, address.family, name)
    packed = getattr(address, "packed", None)
    if isinstance(packed, bytes):
        return int.from_bytes(packed, "big"), _V4 if len(packed) == 4 else _V6
    text = validate.string(address, name)
    if family is None:
        known = _V6 if ":" in text else _V4
    else:
        known = FAMILIES.get(validate.string(family, "family").lower(), 0)
        if not known:
            raise errors.invalid_arg_value("family", family)
    return int.from_bytes(pack(text, known), "big"), known


_RULE = re.compile(
    r"(?:Address: (?P<address>IPv[46] \S+)|Range: (?P<range>IPv[46] [^\s-]+-[^\s-]+)"
    r"|Subnet: (?P<subnet>IPv[46] [^\s/]+/[0-9]{1,3}))"
)


class BlockList:
    """Rules that say which addresses are blocked.

    An address is a string, a SocketAddress, or an `ipaddress` object. `family` is "ipv4" or
    "ipv6"; when it is not given it is that of the address. Nothing here blocks the greenlet. A
    check takes a time that grows with the logarithm of the number of rules; the first check after
    a change also takes the time to work it in.

    Reference: `net.BlockList`.
    """

    __slots__ = ("_blocked", "_pending", "_removed", "_rules", "_v4", "_v6")

    def __init__(self) -> None:
        self._rules: list[_Rule] = []
        self._pending: list[_Rule] = []
        self._removed: list[_Rule] = []
        self._v4 = _Intervals(32)
        self._v6 = _Intervals(128)
        self._blocked = {_V4: self._v4, _V6: self._v6}

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
        self._rules.clear()
        self._begin_anew()

    def check(self, address: Address, family: str | None = None) -> bool:
        """Tell whether an address is blocked; a string that is no address is not.

        Raises ERR_INVALID_ARG_TYPE. Reference: `blockList.check(address[, type])`.
        """
        if self._pending or self._removed:
            self._settle()
        # Plain strings first, without the calls that the others need.
        if family is None and type(address) is str:
            try:
                if ":" not in address:
                    number = int.from_bytes(_inet_pton(_V4, address), "big")
                    return self._v4.rank(number, 0) & 1 == 1
                return self._check_v6(*_halves(_inet_pton(_V6, address)))
            except (OSError, ValueError):
                if "%" not in address:
                    return False
        try:
            number, known = _read(address, family, "address")
        except errors.NetTypeError:
            raise
        except errors.NetError:
            return False
        if known == _V6:
            return self._check_v6(number >> 64, number & 0xFFFFFFFFFFFFFFFF)
        return self._v4.rank(number, 0) & 1 == 1

    def _check_v6(self, high: int, low: int) -> bool:
        if self._v6.rank(high, low) & 1:
            return True
        return not high and low >> 32 == _MAPPED and self._v4.rank(low & 0xFFFFFFFF, 0) & 1 == 1

    @property
    def rules(self) -> list[str]:
        """What was added, the newest first, each as `"Subnet: IPv4 10.0.0.0/8"`.

        Reference: `blockList.rules`.
        """
        return [str(rule) for rule in reversed(self._rules)]

    @property
    def size(self) -> int:
        """The number of rules."""
        return len(self._rules)

    def __len__(self) -> int:
        return len(self._rules)

    def __bool__(self) -> bool:
        return True

    def __repr__(self) -> str:
        return f"<BlockList of {len(self._rules)} rules>"

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
            try:
                value = json.loads(value)
            except ValueError:
                raise errors.invalid_arg_value("value", value, "must be JSON") from None
        if not isinstance(value, list | tuple):
            raise errors.invalid_arg_type("value", ("list", "str"), value)
        for text in value:
            validate.string(text, "value")
        for rule in [_parse(text) for text in reversed(value)]:
            self._add(rule)

    def _add(self, rule: _Rule) -> None:
        self._rules.append(rule)
        self._pending.append(rule)

    def _remove(self, rule: _Rule) -> bool:
        try:
            self._rules.remove(rule)
        except ValueError:
            return False
        try:
            self._pending.remove(rule)
        except ValueError:
            self._removed.append(rule)
        return True

    def _begin_anew(self) -> None:
        for intervals in self._blocked.values():
            intervals.clear()
        self._pending = self._rules.copy()
        self._removed = []

    def _settle(self) -> None:
        if len(self._removed) > _FEW_REMOVED:
            self._begin_anew()
        for rule in self._removed:
            self._cut_out(rule)
        self._removed = []
        found: dict[int, list[tuple[int, int]]] = {_V4: [], _V6: []}
        for rule in self._pending:
            for family, first, last in rule.blocks():
                found[family].append((first, last))
        for family, pairs in found.items():
            self._blocked[family].add(pairs)
        self._pending = []

    def _cut_out(self, rule: _Rule) -> None:
        """Unblock what a rule has blocked, and let the other rules block it again."""
        for family, first, last in rule.blocks():
            self._blocked[family].remove(first, last)
            for other in self._rules:
                if other.family == family and other.prefix < 0:
                    if other.first <= last and other.last >= first:
                        self._pending.append(other)
                elif other.family == _V6 or other.family == family:
                    for block in other.blocks():
                        if block[0] == family and block[1] <= last and block[2] >= first:
                            self._pending.append(other)


def _address_rule(address: object, family: object) -> _Rule:
    number, known = _read(address, family, "address")
    return _Rule("Address", known, number, number)


def _range_rule(start: object, end: object, family: object) -> _Rule:
    first, known = _read(start, family, "start")
    last, other = _read(end, family, "end")
    if known != other:
        raise errors.invalid_arg_value("end", end, "must be of the same family as start")
    if first > last:
        raise errors.invalid_arg_value("start", start, "must come before end")
    return _Rule("Range", known, first, last)


def _subnet_rule(network: object, prefix: object, family: object) -> _Rule:
    if prefix is None and isinstance(network, str) and "/" in network:
        network, _, digits = network.partition("/")
        if not (digits.isascii() and digits.isdigit()):
            raise errors.invalid_arg_value("network", f"{network}/{digits}")
        prefix = int(digits)
    elif prefix is None and hasattr(network, "prefixlen"):
        prefix = network.prefixlen
    # An ipaddress network is a base address with a prefix, and has no number of its own.
    base = getattr(network, "network_address", network)
    number, known = _read(base, family, "network")
    length = validate.int32(prefix, "prefix", 0, _BITS[known])
    return _Rule("Subnet", known, number, number, length)


def _parse(text: str) -> _Rule:
    found = _RULE.fullmatch(text)
    if found is None:
        raise errors.invalid_arg_value("value", text, "must be a list of rules")
    kind = found.lastgroup
    family, _, rest = found[kind or 0].partition(" ")
    if kind == "address":
        return _address_rule(rest, family)
    if kind == "range":
        start, _, end = rest.partition("-")
        return _range_rule(start, end, family)
    network, _, prefix = rest.partition("/")
    return _subnet_rule(network, int(prefix), family)
