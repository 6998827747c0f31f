"""The positional forms of `listen` and `connect`, told apart by the type of the first argument."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any, NamedTuple, TypeGuard

from .. import errors
from .endpoints import as_port_and_host, refuse_host
from .values import host, int32, is_ip_object, is_number, path, to_number

__all__ = ["ConnectArguments", "ListenArguments", "connect_arguments", "listen_arguments"]


class ConnectArguments(NamedTuple):
    """What the positional arguments of `connect` say; None is "not given"."""

    port: int | float | str | None = None
    host: str | None = None
    path: str | bytes | None = None
    listener: Callable[..., Any] | None = None


class ListenArguments(NamedTuple):
    """What the positional arguments of `listen` say; None is "not given"."""

    handle: object = None
    port: int | float | str | None = None
    host: str | None = None
    path: str | bytes | None = None
    backlog: int | None = None
    callback: Callable[..., Any] | None = None


def _is_port(value: object) -> TypeGuard[int | float | str]:
    """Tell whether a first argument means a port rather than a path: a number, or the text of one.

    A negative one is a path, as in Node.
    """
    if isinstance(value, str):
        written = to_number(value)
        return written is not None and written >= 0
    return is_number(value)


def _split(args: tuple[object, ...]) -> tuple[list[object], Callable[..., Any] | None]:
    """Part the trailing callback, if there is one, from the rest; drop trailing Nones."""
    rest = list(args)
    callback = rest[-1] if rest else None
    if callable(callback):
        rest.pop()
    else:
        callback = None
    while rest and rest[-1] is None:
        rest.pop()
    return rest, callback


def _refuse_options(value: object, call: str) -> None:
    if isinstance(value, dict):
        raise errors.NetTypeError(
            f"Options are not passed as a dict: use keyword arguments, {call}(port=..., host=...)",
            "ERR_INVALID_ARG_TYPE",
        )


def _refuse_rest(rest: list[object], call: str) -> None:
    if rest:
        raise errors.NetTypeError(
            f"{call}() does not know what to do with the positional argument {rest[0]!r}",
            "ERR_INVALID_ARG_TYPE",
        )


def connect_arguments(args: tuple[object, ...]) -> ConnectArguments:
    """Read `(port[, host][, listener])`, `(path[, listener])` or `(address[, listener])`.

    The port is returned as it was written; `port()` checks it. For what an address may be see
    `as_port_and_host`.
    Reference: `socket.connect(path[, connectListener])`, `socket.connect(port[, host]...)`.
    """
    rest, listener = _split(args)
    if not rest:
        return ConnectArguments(listener=listener)
    first, *rest = rest
    _refuse_options(first, "connect")
    parts = as_port_and_host(first, server=True)
    if parts is not None:
        first, *rest = [*parts, *rest]
        if len(parts) == 1:
            # The path of a server, whatever it looks like.
            _refuse_rest(rest, "connect")
            return ConnectArguments(path=path(first), listener=listener)
    if first is None or _is_port(first):
        name = rest.pop(0) if rest else None
        _refuse_rest(rest, "connect")
        return ConnectArguments(
            port=first,
            host=None if name is None else host(name),
            listener=listener,
        )
    if not isinstance(first, str | bytes | os.PathLike):
        raise errors.invalid_arg_type("port", ("int", "str", "bytes", "PathLike"), first)
    refuse_host(first, "connect", rest[0] if rest else None)
    _refuse_rest(rest, "connect")
    return ConnectArguments(path=path(first), listener=listener)


def listen_arguments(args: tuple[object, ...]) -> ListenArguments:
    """Read `([port[, host[, backlog]]][, callback])`, `(path[, backlog][, callback])`,
    `(address[, backlog][, callback])` or `(handle[, backlog][, callback])`.

    The port is returned as it was written; `port()` checks it. For what an address may be see
    `as_port_and_host`. Anything that is neither a port, a path nor an address is a handle, which
    the caller checks. A backlog below 1 is "not given", as in Node.
    Reference: `server.listen()`.
    """
    rest, callback = _split(args)
    if not rest:
        return ListenArguments(callback=callback)
    first, *rest = rest
    _refuse_options(first, "listen")
    if isinstance(first, bool):
        raise errors.invalid_arg_value("port", first)
    parts = as_port_and_host(first, server=False)
    if parts is not None:
        first, *rest = [*parts, *rest]
    by_port = first is None or _is_port(first)
    name = None
    if by_port and rest and (rest[0] is None or isinstance(rest[0], str) or is_ip_object(rest[0])):
        name = rest.pop(0)
    while rest and rest[0] is None:
        rest.pop(0)
    refuse_host(None if by_port else first, "listen", rest[0] if rest else None)
    backlog = int32(rest.pop(0), "backlog") if rest else 0
    _refuse_rest(rest, "listen")
    found = ListenArguments(
        host=None if name is None else host(name),
        backlog=backlog if backlog > 0 else None,
        callback=callback,
    )
    if first is None or _is_port(first):
        return found._replace(port=first)
    if isinstance(first, str | bytes | os.PathLike):
        return found._replace(path=path(first))
    return found._replace(handle=first)
