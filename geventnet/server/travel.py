"""Travel: what a server is told to another process as."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from ..addresses.blocklist import BlockList

__all__ = ["options_of", "packed", "unpacked"]

_OPTIONS: Final = (
    "allow_half_open",
    "pause_on_connect",
    "no_delay",
    "keep_alive",
    "keep_alive_initial_delay",
    "high_water_mark",
    "max_buffered",
    "block_list",
    "proxy_protocol",
    "trusted",
    "proxy_timeout",
    "handles",
)
_LISTS: Final = ("block_list", "trusted")


def options_of(server: object) -> dict[str, Any]:
    """The arguments of a Server that is like this one, without listeners and handler."""
    return {name: getattr(server, name) for name in _OPTIONS}


def packed(options: Mapping[str, Any]) -> dict[str, Any]:
    """Options as JSON can have them."""
    found = dict(options)
    for name in _LISTS:
        if found[name] is not None:
            found[name] = found[name].to_json()
    return found


def unpacked(options: Mapping[str, Any]) -> dict[str, Any]:
    """What was `packed`."""
    found = dict(options)
    for name in _LISTS:
        if found[name] is not None:
            rules = BlockList()
            rules.from_json(found[name])
            found[name] = rules
    return found
