"""Unix sockets whose path has no room in the system's socket address (108 bytes on Linux).

Such a path is reached through its directory: a descriptor of that has a short name below
`/proc/self/fd`. Only the last part of the path must fit then. Where there is no such directory, and
for abstract names, a path that does not fit is an `ENAMETOOLONG`, never silently another path.
"""

from __future__ import annotations

import _socket
import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from ..arguments import values
from ..loop.unpatched import close_fd

__all__ = ["AF_UNIX", "add_mode", "bind", "connect", "status"]


#: None where the system has no Unix sockets.
AF_UNIX: Final[int | None] = getattr(_socket, "AF_UNIX", None)

_DESCRIPTORS = "/proc/self/fd"


def connect(sock: _socket.socket, path: str | bytes) -> int:
    """Connect `sock` to `path` and return the errno, 0 if it is connected."""
    try:
        with _reachable(path) as short:
            return sock.connect_ex(short)
    except OSError as error:
        return error.errno or errno.EIO


def bind(sock: _socket.socket, path: str | bytes) -> None:
    """Bind `sock` to `path`."""
    with _reachable(path) as short:
        sock.bind(short)


def status(path: str | bytes) -> os.stat_result:
    """What the Unix socket at `path` is in the file system; raises `OSError` if there is none."""
    return _checked(os.lstat(path))


def add_mode(path: str | bytes, mode: int) -> None:
    """Add `mode` to the file mode of the Unix socket at `path`.

    Whoever may write in the directory may have put another file there. So the mode is changed
    through a descriptor of what was found to be a socket, and not by name. Raises `OSError` if the
    path is gone or no socket.
    """
    if not hasattr(os, "O_PATH"):
        found = status(path)
        follow = os.chmod not in os.supports_follow_symlinks
        os.chmod(path, stat.S_IMODE(found.st_mode) | mode, follow_symlinks=follow)
        return
    descriptor = os.open(path, os.O_PATH | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        found = _checked(os.fstat(descriptor))
        os.chmod(f"{_DESCRIPTORS}/{descriptor}", stat.S_IMODE(found.st_mode) | mode)
    finally:
        close_fd(descriptor)


def _checked(found: os.stat_result) -> os.stat_result:
    if not stat.S_ISSOCK(found.st_mode):
        raise OSError(errno.ENOTSOCK, os.strerror(errno.ENOTSOCK))
    return found


@contextmanager
def _reachable(path: str | bytes) -> Iterator[str | bytes]:
    """A name for `path`, good inside the block, that has room in a socket address."""
    if values.fits_sun_path(path):
        yield path
        return
    name = os.fsencode(path)
    directory, _, last = name.rpartition(b"/")
    too_long = OSError(errno.ENAMETOOLONG, os.strerror(errno.ENAMETOOLONG))
    if name[:1] == b"\0" or not hasattr(os, "O_PATH") or not os.path.isdir(_DESCRIPTORS):
        raise too_long
    descriptor = os.open(directory or b"/", os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        short = os.fsencode(f"{_DESCRIPTORS}/{descriptor}/") + last
        if not values.fits_sun_path(short):
            raise too_long
        yield short
    finally:
        close_fd(descriptor)
