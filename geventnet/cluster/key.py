"""Key: which of the listening sockets of a cluster it is."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from ..server.bind import Binding

__all__ = ["Key", "Sharing", "key_of"]


class Sharing(StrEnum):
    """Who listens on a socket."""

    #: Every worker that asks for the address.
    ALL = "all"
    #: The worker at one place, and who follows it there; other places have others at the same port.
    PLACE = "place"
    #: The same, and nobody else at that port.
    EXCLUSIVE = "exclusive"


class Key(NamedTuple):
    """See the top of this file."""

    path: str | None
    host: str | None
    family: int
    port: int
    sharing: str
    #: One server of a worker listens on its first socket at an address, another on its second:
    #: port 0 is another port then, and any other is in use.
    ordinal: int = 0
    #: The place of the worker, for the primary, unless it is shared by all.
    place: int | None = None


def key_of(binding: Binding, path: str | None) -> Key:
    """The first socket at an address; `path` is absolute."""
    sharing = Sharing.PLACE if binding.reuse_port else Sharing.ALL
    if binding.exclusive:
        sharing = Sharing.EXCLUSIVE
    return Key(path, binding.host, binding.family, binding.port, sharing)
