"""Which addresses are tried, and in which order."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import zip_longest
from typing import Any, NamedTuple

from .. import errors
from ..addresses.blocklist import BlockList
from ..addresses.info import IP_FAMILIES, is_ip, pack
from ..addresses.resolve import Address
from .target import Target

__all__ = ["Candidate", "alternate", "candidate", "is_blocked", "problem"]

_LOOPBACK = ("127.0.0.1", "::1")
#: What stands before an IPv4 address in its IPv6 form.
_MAPPED = bytes(10) + b"\xff\xff"


class Candidate(NamedTuple):
    """What a look-up has given for one address, unchecked."""

    address: Any
    family: Any


def candidate(entry: object) -> Candidate:
    if isinstance(entry, str):
        return Candidate(entry, is_ip(entry) or None)
    if isinstance(entry, Mapping):
        return Candidate(entry.get("address"), entry.get("family"))
    if isinstance(entry, tuple) and len(entry) == 2:
        return Candidate(*entry)
    return Candidate(entry, None)


def problem(target: Target, address: object, family: object) -> Exception | None:
    """What is wrong with an address that a look-up gave."""
    if not isinstance(address, str) or not is_ip(address):
        return errors.invalid_ip_address(address)
    if family != is_ip(address) or (target.family and family != target.family):
        return errors.invalid_address_family(family, target.host, target.port)
    return None


def is_blocked(block_list: BlockList, address: Address) -> bool:
    if block_list.check(address.address):
        return True
    # The unspecified address, mapped or not, connects to this machine's loopback.
    if any(pack(address.address, IP_FAMILIES[address.family]).removeprefix(_MAPPED)):
        return False
    return any(map(block_list.check, _LOOPBACK))


def alternate(addresses: list[Address]) -> Iterator[Address]:
    """Each address once, the families taking turns, beginning with that of the first."""
    unique = list(dict.fromkeys(addresses))
    first = [address for address in unique if address.family == unique[0].family]
    other = [address for address in unique if address.family != unique[0].family]
    for pair in zip_longest(first, other):
        yield from (address for address in pair if address is not None)
