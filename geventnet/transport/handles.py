"""Handles: descriptors that come from outside, and what the library makes of them.

===============================  ================================================================
a stream socket, TCP or Unix     the system's socket object
a pipe, a terminal               a `Descriptor`, which can do as much of a socket as a Socket needs
anything else                    `ERR_INVALID_FD_TYPE`, with Node's word for what it is
===============================  ================================================================

Who takes a descriptor owns it from then on: it is closed with its new owner. A call that raises
has taken nothing.
"""

from __future__ import annotations

import _socket
import errno
import os
import stat
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Final, NoReturn

from .. import errors
from ..addresses.unix import AF_UNIX
from ..arguments import values
from ..loop.unpatched import close_fd

if sys.platform != "win32":
    import fcntl

__all__ = [
    "ONE_KIND_OF_DESCRIPTOR",
    "Accepted",
    "Descriptor",
    "Handle",
    "Receive",
    "Send",
    "adopt",
    "close_accepted",
    "close_handle",
    "is_connected",
    "reads",
    "receive_function",
    "send_function",
    "set_blocking",
    "share_for_listening",
    "socket_of",
    "take_from",
]


class Descriptor:
    """A pipe or a terminal with the methods of a non-blocking socket."""

    __slots__ = ("_fd", "_reads", "_terminal", "_writes")

    #: No address family has this number.
    family = -1

    def __init__(self, fd: int) -> None:
        self._fd = fd
        self._terminal = os.isatty(fd)
        self._reads = self._writes = True
        if sys.platform != "win32":
            mode = fcntl.fcntl(fd, fcntl.F_GETFL) & (os.O_RDONLY | os.O_WRONLY | os.O_RDWR)
            self._reads = mode != os.O_WRONLY
            self._writes = mode != os.O_RDONLY

    @property
    def reads(self) -> bool:
        """Whether it was opened for reading."""
        return self._reads

    def fileno(self) -> int:
        return self._fd

    def setblocking(self, flag: bool) -> None:
        os.set_blocking(self._fd, flag)

    def recv(self, size: int) -> bytes:
        if not self._reads:
            _refuse(errno.ENOTCONN)
        try:
            return os.read(self._fd, size)
        except OSError as error:
            # What a terminal says when the program at its other end has gone.
            if self._terminal and error.errno == errno.EIO:
                return b""
            raise

    def recv_into(self, buffer: Any) -> int:
        if not self._reads:
            _refuse(errno.ENOTCONN)
        return os.readv(self._fd, [buffer])

    def send(self, data: Any) -> int:
        if not self._writes:
            _refuse(errno.EPIPE)
        return os.write(self._fd, data)

    def shutdown(self, how: int) -> None:
        """A pipe ends when it is closed, which follows."""

    def setsockopt(self, level: int, option: int, value: int | bytes) -> None:
        _refuse(errno.ENOTSOCK)

    def getsockopt(self, level: int, option: int) -> int:
        _refuse(errno.ENOTSOCK)

    def getsockname(self) -> Any:
        _refuse(errno.ENOTSOCK)

    def getpeername(self) -> Any:
        _refuse(errno.ENOTSOCK)

    def detach(self) -> int:
        fd, self._fd = self._fd, -1
        return fd

    def close(self) -> None:
        if self._fd >= 0:
            close_fd(self.detach())


Handle = _socket.socket | Descriptor
#: Whether the system's own `read` and `write` move the bytes of a socket.
ONE_KIND_OF_DESCRIPTOR: Final[bool] = sys.platform != "win32"
#: A connection that accept has given: where there is one kind of descriptor, the mere descriptor,
#: for most connections never need the system's socket object; elsewhere that.
Accepted = _socket.socket | int
close_accepted: Final[Callable[[Any], None]] = (
    close_fd if ONE_KIND_OF_DESCRIPTOR else _socket.socket.close
)
set_blocking: Final[Callable[[Any, bool], None]] = (
    os.set_blocking if ONE_KIND_OF_DESCRIPTOR else _socket.socket.setblocking
)


def socket_of(accepted: Accepted, family: int) -> _socket.socket:
    """The socket object of a connection that accept has given; it owns the descriptor."""
    if isinstance(accepted, int):
        return _socket.socket(family, _socket.SOCK_STREAM, 0, accepted)
    return accepted


Receive = Callable[[int, int], bytes]
Send = Callable[[int, Any], int]


def receive_function(handle: Handle | int) -> Receive:
    """What receives `size` bytes from the descriptor of `handle`.

    It is the system's own where it has one kind of descriptor: a socket's method costs more.
    """
    if isinstance(handle, int) or (type(handle) is _socket.socket and ONE_KIND_OF_DESCRIPTOR):
        return os.read
    return lambda _, size: handle.recv(size)


def send_function(handle: Handle | int) -> Send:
    """What sends data to the descriptor of `handle`; see `receive_function`."""
    if isinstance(handle, int) or (isinstance(handle, _socket.socket) and ONE_KIND_OF_DESCRIPTOR):
        return os.write
    return lambda _, data: handle.send(data)


def reads(handle: Handle) -> bool:
    """Whether `handle` was opened for reading."""
    return not isinstance(handle, Descriptor) or handle.reads


def lacks_room(error: OSError) -> bool:
    """Whether a send has failed for want of buffers alone: the same bytes are sent again later."""
    return error.errno == errno.ENOBUFS


def _refuse(number: int) -> NoReturn:
    raise OSError(number, os.strerror(number))


def _kind(fd: int) -> str:
    """Node's word for what a descriptor is."""
    try:
        mode = os.fstat(fd).st_mode
    except OSError:
        return "UNKNOWN"
    if stat.S_ISREG(mode):
        return "FILE"
    if stat.S_ISCHR(mode):
        return "TTY" if os.isatty(fd) else "FILE"
    if stat.S_ISFIFO(mode):
        return "PIPE"
    if not stat.S_ISSOCK(mode):
        return "UNKNOWN"
    sock = _socket.socket(fileno=fd)
    try:
        if sock.family == AF_UNIX:
            return "PIPE" if sock.type == _socket.SOCK_STREAM else "UNKNOWN"
        if sock.family not in (_socket.AF_INET, _socket.AF_INET6):
            return "UNKNOWN"
        kinds = {int(_socket.SOCK_STREAM): "TCP", int(_socket.SOCK_DGRAM): "UDP"}
        return kinds.get(sock.type, "UNKNOWN")
    finally:
        sock.detach()


def adopt(fd: object) -> Handle:
    """Take a descriptor for a Socket."""
    number = values.int32(fd, "fd", 0)
    kind = _kind(number)
    if kind not in ("TCP", "PIPE", "TTY"):
        raise errors.invalid_fd_type(kind)
    if stat.S_ISSOCK(os.fstat(number).st_mode):
        handle: Handle = _socket.socket(fileno=number)
    elif sys.platform == "win32":
        raise errors.invalid_fd_type(kind)
    else:
        handle = Descriptor(number)
    handle.setblocking(False)
    return handle


def close_handle(handle: Handle) -> None:
    """Close a descriptor; nothing is left to do if somebody else has closed it already."""
    with suppress(OSError):
        handle.close()


def is_connected(handle: Handle) -> bool:
    """Whether bytes can go through a descriptor, which a socket may still have to be connected."""
    if isinstance(handle, Descriptor):
        return True
    try:
        handle.getpeername()
    except OSError:
        return False
    return True


def take_from(donor: object) -> int:
    """Take the descriptor out of a `socket.socket`, which is closed then and no longer owns it."""
    detach = getattr(donor, "detach", None)
    if detach is None or not hasattr(donor, "fileno"):
        raise errors.invalid_arg_type("donor", ("socket", "Socket"), donor)
    if donor.fileno() < 0:
        raise errors.socket_closed()
    if hasattr(donor, "cipher"):
        raise errors.invalid_arg_value("donor", donor, "is encrypted: its bytes are not the peer's")
    kind = _kind(donor.fileno())
    if kind not in ("TCP", "PIPE"):
        raise errors.invalid_fd_type(kind)
    fd: int = detach()
    return fd


def share_for_listening(handle: object, fd: object) -> _socket.socket:
    """The socket that a server shall listen on: a duplicate of `handle`'s, or `fd` itself.

    Raises `OSError` if it is no stream socket.
    """
    if fd is not None and handle is None:
        if isinstance(fd, bool) or not isinstance(fd, int) or not 0 <= fd < 2**31:
            raise errors.invalid_arg_value("fd", fd, "must be a descriptor")
        number = fd
    elif not hasattr(handle, "fileno"):
        raise errors.invalid_arg_value(
            "handle", handle, "must be a port, a path, or have a fileno()"
        )
    else:
        number = handle.fileno()
    if _kind(number) not in ("TCP", "PIPE"):
        _refuse(errno.EINVAL)
    if handle is not None:
        number = os.dup(number)
    try:
        return _socket.socket(fileno=number)
    except OSError:
        if handle is not None:
            with suppress(OSError):
                close_fd(number)
        _refuse(errno.EINVAL)
