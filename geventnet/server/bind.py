"""Binding: how a TCP port, a Unix path or a handle from outside becomes a socket that listens.

Each function returns what it has bound, or raises the `OSError` that the server emits; then it has
left nothing behind, neither a descriptor nor a file.
"""

from __future__ import annotations

import _socket
import errno
import os
import stat
from contextlib import suppress
from typing import Any, NamedTuple, Protocol

from .. import errors
from ..addresses import resolve, unix
from ..addresses.info import AddressInfo, address_info
from ..transport.handles import close_handle

__all__ = ["BACKLOG", "Binding", "Bound", "bind", "bind_handle"]

#: How many connections the system queues, if nothing else is asked for.
BACKLOG = 511

_READABLE = stat.S_IRUSR | stat.S_IRGRP | stat.S_IROTH
_WRITABLE = stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH


class Binding(NamedTuple):
    """What a server shall listen on, and how: all that another process needs to bind it."""

    backlog: int = BACKLOG
    #: The path of a Unix socket; else it is a port.
    path: str | bytes | None = None
    #: An IP address, with its family (4 or 6); None is every address of IPv6 and IPv4.
    host: str | None = None
    family: int = 0
    port: int = 0
    #: Whether no other process shall listen on this very socket.
    exclusive: bool = False
    ipv6_only: bool = False
    reuse_port: bool = False
    readable_all: bool = False
    writable_all: bool = False


class _Removable(Protocol):
    """What ends with a bound socket."""

    def remove(self) -> None: ...


class _SocketFile:
    """The file of a bound Unix socket."""

    __slots__ = ("_device", "_inode", "_path")

    def __init__(self, path: str | bytes) -> None:
        found = unix.status(path)
        self._path = path
        self._device, self._inode = found.st_dev, found.st_ino

    def remove(self) -> None:
        """Unlink it, unless something else has its name by now."""
        with suppress(OSError):
            found = os.lstat(self._path)
            if (found.st_dev, found.st_ino) == (self._device, self._inode):
                os.unlink(self._path)


class Bound:
    """A socket that listens, and what is to be removed with it."""

    __slots__ = ("_path", "_with_it", "sock")

    def __init__(
        self,
        sock: _socket.socket,
        path: str | bytes | None = None,
        with_it: _Removable | None = None,
    ) -> None:
        self.sock: _socket.socket = sock
        self._path = path
        self._with_it = with_it

    def address(self) -> AddressInfo | str | bytes | None:
        """An AddressInfo, the path as it was given, or None."""
        sock = self.sock
        if sock.family == unix.AF_UNIX:
            if self._path is not None:
                return self._path
            name: str | bytes = sock.getsockname()
            return name
        return address_info(sock.family, sock.getsockname)

    def close(self) -> None:
        if self._with_it is not None:
            self._with_it.remove()
            self._with_it = None
        close_handle(self.sock)


def bind(binding: Binding) -> Bound:
    """Listen as `binding` says."""
    if binding.path is not None:
        return _bind_path(binding, binding.path)
    return _bind_any(binding) if binding.host is None else _bind_ip(binding, binding.host)


def _bind_any(binding: Binding) -> Bound:
    """Listen on every address, of IPv6 and IPv4 if there is IPv6."""
    port = binding.port
    try:
        sock, host = _bind(_socket.AF_INET6, ("::", port), binding), "::"
    except OSError:
        host = "0.0.0.0"
        try:
            sock = _bind(_socket.AF_INET, (host, port), binding)
        except OSError as error:
            raise _failure(error, host, port) from None
    return _listen(Bound(sock), binding.backlog, host, port)


def _bind_ip(binding: Binding, host: str) -> Bound:
    kind = _socket.AF_INET if binding.family == 4 else _socket.AF_INET6
    port = binding.port
    try:
        sock = _bind(kind, resolve.socket_address(host, port), binding)
    except OSError as error:
        raise _failure(error, host, port) from None
    return _listen(Bound(sock), binding.backlog, host, port)


def _bind_path(binding: Binding, path: str | bytes) -> Bound:
    shown = os.fsdecode(path)
    mode = (_READABLE if binding.readable_all else 0) | (_WRITABLE if binding.writable_all else 0)
    if unix.AF_UNIX is None:
        raise errors.uv_error(errno.EAFNOSUPPORT, "listen", shown)
    try:
        sock = _socket.socket(unix.AF_UNIX, _socket.SOCK_STREAM)
    except OSError as error:
        raise _failure(error, shown) from None
    try:
        unix.bind(sock, path)
    except OSError as error:
        sock.close()
        # Node's word for a directory that is missing is EACCES.
        number = errno.EACCES if error.errno == errno.ENOENT else error.errno
        raise errors.uv_error(number or errno.EIO, "listen", shown) from None
    file: _SocketFile | None = None
    if path[:1] not in ("\0", b"\0"):
        try:
            file = _SocketFile(path)
            if mode:
                unix.add_mode(path, mode)
        except OSError as error:
            sock.close()
            if file is not None:
                file.remove()
            raise _failure(error, shown) from None
    return _listen(Bound(sock, path, file), binding.backlog, shown)


def bind_handle(sock: _socket.socket, backlog: int) -> Bound:
    """Listen on a socket that is bound already."""
    return _listen(Bound(sock), backlog)


def _bind(family: int, address: Any, options: Binding) -> _socket.socket:
    sock = _socket.socket(family, _socket.SOCK_STREAM)
    try:
        if os.name == "posix":
            sock.setsockopt(_socket.SOL_SOCKET, _socket.SO_REUSEADDR, 1)
        if options.reuse_port:
            sock.setsockopt(_socket.SOL_SOCKET, _socket.SO_REUSEPORT, 1)
        if family == _socket.AF_INET6:
            sock.setsockopt(_socket.IPPROTO_IPV6, _socket.IPV6_V6ONLY, options.ipv6_only)
        sock.bind(address)
    except BaseException:
        sock.close()
        raise
    return sock


def _listen(bound: Bound, backlog: int, host: str | None = None, port: int | None = None) -> Bound:
    try:
        bound.sock.setblocking(False)
        bound.sock.listen(backlog)
    except OSError as error:
        bound.close()
        raise _failure(error, host, port) from None
    return bound


def _failure(error: OSError, host: str | None = None, port: int | None = None) -> OSError:
    return errors.uv_error(error.errno or errno.EIO, "listen", host, port)
