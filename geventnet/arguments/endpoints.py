"""What a program may write for an address, besides Node's port and host.

A port comes first here, as in Node; Python's habit is the host first. A text that is meant as a
host would silently become the name of a Unix socket: it is refused.
"""

from __future__ import annotations

import _socket
import os
import re
from typing import NoReturn, Protocol, TypeGuard

from .. import errors
from .values import is_ip_object, to_number

__all__ = ["as_port_and_host", "refuse_host"]

_WITH_PORT = re.compile(r"(?P<host>\[[^\]]*\]|[^:/\0]*):(?P<port>[0-9]{1,5})")
_LOOPBACK = {"0.0.0.0": "127.0.0.1", "::": "::1"}


class _Listening(Protocol):
    """A Server, as a place to connect to."""

    @property
    def listening(self) -> bool: ...
    def address(self) -> tuple[str, str, int] | str | bytes | None: ...


def _is_server(value: object) -> TypeGuard[_Listening]:
    return hasattr(value, "listening") and callable(getattr(value, "address", None))


def as_port_and_host(value: object, server: bool) -> tuple[object, ...] | None:
    """The positional arguments that one object stands for, or None if it is no such object.

    It may be a `(host, port)` tuple of Python's, an AddressInfo, a SocketAddress, and with `server`
    a Server: a port and a host, or its path alone. A Server that listens on every address is
    reached on the loopback. Raises `ERR_INVALID_ARG_TYPE` for another tuple and
    `ERR_SERVER_NOT_RUNNING` for a Server that does not listen.
    """
    if server and _is_server(value):
        where = value.address()
        if where is None:
            raise errors.server_not_listening()
        if not isinstance(where, tuple):
            return (where,)
        host, _, port = where
        return port, _LOOPBACK.get(host, host)
    return _parts(value)


def _parts(value: object) -> tuple[object, ...] | None:
    address, port = getattr(value, "address", None), getattr(value, "port", None)
    if isinstance(address, str) and isinstance(port, int):
        return port, address
    if not isinstance(value, tuple):
        return None
    if len(value) not in (2, 4) or not (isinstance(value[0], str) or is_ip_object(value[0])):
        raise errors.invalid_arg_type("address", "(host, port) tuple", value)
    host, port, *more = value
    # Of (host, port, flow, scope) the scope is the zone of a link-local address.
    zone = f"%{more[1]}" if more and more[1] and "%" not in str(host) else ""
    return port, f"{host}{zone}"


def _is_host(text: str) -> bool:
    """Whether a text is an IP address, `localhost`, or anything with a port."""
    found = _WITH_PORT.fullmatch(text)
    host = text.strip("[]").partition("%")[0]
    if text == "localhost" or (found is not None and int(found["port"]) < 1 << 16):
        return True
    for family in (_socket.AF_INET, _socket.AF_INET6):
        try:
            _socket.inet_pton(family, host)
        except (OSError, ValueError):
            continue
        return True
    return False


def refuse_host(path: object, call: str, port: object = None) -> None:
    """Raise `ERR_INVALID_ARG_VALUE` if a path that was given by position is meant as a host.

    That is, it reads like one, or it is a bare name and a `port` came with it.
    """
    if isinstance(path, os.PathLike) or not isinstance(path, str | bytes):
        return
    text = os.fsdecode(path)
    if _is_host(text):
        _refuse(text, call, port)
    if port is not None and "/" not in text and not text.startswith("\0"):
        _refuse(text, call, port)


def _refuse(text: str, call: str, port: object) -> NoReturn:
    found = _WITH_PORT.fullmatch(text)
    host, number = (text, port) if found is None else (found["host"].strip("[]"), found["port"])
    if isinstance(number, str) and to_number(number) is not None:
        number = int(to_number(number) or 0)
    shown = repr(number) if isinstance(number, int) else "8080"
    raise errors.NetValueError(
        f"{call}({text!r}, ...) names a Unix socket. For TCP the port comes first: "
        f"{call}({shown}, {host!r}) or {call}(host={host!r}, port={shown}). "
        f"For a Unix socket of that name write {call}(path={text!r})",
        "ERR_INVALID_ARG_VALUE",
    )
