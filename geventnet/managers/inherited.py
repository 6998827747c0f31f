"""Descriptors that the process was started with, as systemd's socket activation names them.

    LISTEN_FDS      how many there are, from descriptor 3 on
    LISTEN_PID      whom they are for: a child that has inherited the variables is not meant
    LISTEN_FDNAMES  their names, with colons between them

See sd_listen_fds(3).
"""

from __future__ import annotations

import os
from typing import Final, NamedTuple

from .. import errors

__all__ = ["InheritedHandle", "inherited_handles"]

_FIRST: Final = 3
_LARGEST: Final = 2**31 - 1 - _FIRST


class InheritedHandle(NamedTuple):
    """A descriptor that the process was started with, and its name."""

    fd: int
    name: str

    def fileno(self) -> int:
        """The descriptor."""
        return self.fd


def inherited_handles(name: str | None = None) -> list[InheritedHandle]:
    """The descriptors that systemd, or what does as it does, has passed on to this process.

    With `name` it is those of that name alone: `FileDescriptorName=` of the socket's unit, which is
    the unit's own name at first. `server.listen(fd=handle.fd)` listens on one, and owns it then.
    A child of this process does not inherit them, unless it is a worker of its cluster. Never
    blocks; each call gives the same answer, an empty list if nothing was passed on. Raises
    `ERR_INVALID_ARG_VALUE` for variables that make no sense, and `OSError` for a descriptor that is
    not open.
    """
    if os.environ.get("LISTEN_PID") != str(os.getpid()):
        return []
    count = _count()
    names = _names(count)
    handles = [InheritedHandle(_FIRST + index, names[index]) for index in range(count)]
    for handle in handles:
        os.set_inheritable(handle.fd, False)
    return [handle for handle in handles if name is None or handle.name == name]


def _count() -> int:
    text = os.environ.get("LISTEN_FDS", "")
    if not (text.isascii() and text.isdigit()) or not int(text) <= _LARGEST:
        raise errors.invalid_arg_value("LISTEN_FDS", text, "must be a number of descriptors")
    return int(text)


def _names(count: int) -> list[str]:
    text = os.environ.get("LISTEN_FDNAMES")
    if text is None:
        # systemd's word.
        return ["unknown"] * count
    names = text.split(":") if count else []
    if len(names) != count:
        raise errors.invalid_arg_value("LISTEN_FDNAMES", text, f"must be {count} names")
    return names
