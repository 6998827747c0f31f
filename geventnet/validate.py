"""Checks of arguments, with Node's rules, codes and words.

Each function returns the value in the form that the library uses, or raises a `NetError`. None
stands for "not given" only where a function says so. Numbers are JavaScript's: `80.0` is as good an
integer as `80`, and a bool is no number.
Reference: `server.listen()`, `socket.connect()`, `new net.Socket([options])`.
"""

from __future__ import annotations

import _socket
import functools
import math
import os
import re
from collections.abc import Callable
from typing import Any, NamedTuple, Protocol, TypeGuard, TypeVar

from . import errors

__all__ = [
    "NOT_GIVEN",
    "ConnectArguments",
    "ListenArguments",
    "Path",
    "connect_arguments",
    "listen_arguments",
]

#: What a program may write to name a Unix socket.
Path = str | bytes | os.PathLike[str] | os.PathLike[bytes]

_CENTURY = 100 * 365.25 * 86400.0


class _NotGiven:
    def __repr__(self) -> str:
        return "<not given>"


#: The default of an argument that may be None.
NOT_GIVEN: Any = _NotGiven()

_Listener = TypeVar("_Listener", bound=Callable[..., object])


class _HasAborted(Protocol):
    @property
    def aborted(self) -> bool: ...


_Signal = TypeVar("_Signal", bound=_HasAborted)


def _is_number(value: object) -> TypeGuard[int | float]:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _as_integer(value: float) -> int | None:
    """The integer that a number is; None if it has a fraction, or is not finite."""
    if isinstance(value, int):
        return int(value)
    return int(value) if value.is_integer() else None


# What JavaScript's Number() takes for blank and for a number. Python's own strip() and float()
# take more: control characters, underscores, "nan", digits of other scripts.
_BLANK = "\t\n\v\f\r \xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"
_NUMBER = re.compile(
    rf"[{_BLANK}]*(?:"
    r"(?P<decimal>[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?|[+-]?Infinity)"
    r"|0[xX](?P<hex>[0-9a-fA-F]+)|0[oO](?P<octal>[0-7]+)|0[bB](?P<binary>[01]+)"
    rf")[{_BLANK}]*"
)
_ONLY_BLANK = re.compile(rf"[{_BLANK}]*")


def _to_number(text: str) -> int | float | None:
    """The number that a string stands for in JavaScript, None if for none; blank stands for 0."""
    if _ONLY_BLANK.fullmatch(text):
        return 0
    found = _NUMBER.fullmatch(text)
    if found is None:
        return None
    if found["decimal"]:
        return float(found["decimal"])
    for group, base in (("hex", 16), ("octal", 8)):
        if found[group]:
            return int(found[group], base)
    return int(found["binary"], 2)


def number(
    value: object, name: str, min: float | None = None, max: float | None = None
) -> int | float:
    """Return a number from `min` to `max`, both included."""
    if not _is_number(value):
        raise errors.invalid_arg_type(name, ("int", "float"), value)
    low, high = min is None or value >= min, max is None or value <= max
    if not (low and high):
        limits = [f">= {min}"] if min is not None else []
        limits += [f"<= {max}"] if max is not None else []
        raise errors.out_of_range(name, " and ".join(limits), value)
    return value


def int32(value: object, name: str, min: int = -(2**31), max: int = 2**31 - 1) -> int:
    """Return an integer from `min` to `max`, both included."""
    if not _is_number(value):
        raise errors.invalid_arg_type(name, "int", value)
    integer = _as_integer(value)
    if integer is None:
        raise errors.out_of_range(name, "an integer", value)
    if not min <= integer <= max:
        raise errors.out_of_range(name, f">= {min} and <= {max}", value)
    return integer


def boolean(value: object, name: str) -> bool:
    """Return True or False, and nothing that is merely truthy."""
    if not isinstance(value, bool):
        raise errors.invalid_arg_type(name, "bool", value)
    return value


def string(value: object, name: str) -> str:
    """Return a str."""
    if not isinstance(value, str):
        raise errors.invalid_arg_type(name, "str", value)
    return value


def host(value: object, name: str = "host") -> str:
    """Return the name or the address of a host. NUL, where the system would cut it, is refused."""
    plain = string(value, name)
    if "\0" in plain:
        raise errors.invalid_arg_value(name, value, "must be a name without null bytes")
    return plain


def function(value: _Listener, name: str) -> _Listener:
    """Return a callable."""
    if not callable(value):
        raise errors.not_callable(name, value)
    return value


def seconds(value: object, name: str) -> float:
    """Return a length of time in seconds: a finite number that is not negative.

    More than a century is a century: timers of the system do not count further.
    """
    if not _is_number(value):
        raise errors.invalid_arg_type(name, ("int", "float"), value)
    try:
        duration = float(value)
    except OverflowError:
        duration = math.inf
    if not 0 <= duration < math.inf:
        raise errors.out_of_range(name, "a non-negative finite number", value)
    return min(duration, _CENTURY)


def port(value: object, name: str = "port", allow_zero: bool = True) -> int:
    """Return a port; a string that JavaScript would read as an integer (`"0x50"`) is one."""
    given = value
    if isinstance(value, str):
        given = None if _ONLY_BLANK.fullmatch(value) else _to_number(value)
    integer = _as_integer(given) if _is_number(given) else None
    if integer is None or not 0 <= integer <= 0xFFFF or not (integer or allow_zero):
        raise errors.bad_port(name, value, allow_zero)
    return integer


def connect_port(value: object) -> int:
    """Return the port to connect to: what is neither a number nor a str is of the wrong type."""
    if not isinstance(value, str) and not _is_number(value):
        raise errors.invalid_arg_type("port", ("int", "str"), value)
    return port(value)


def listen_port(value: object) -> int:
    """Return the port to listen on; None is 0, one that the system picks."""
    if value is not None and not isinstance(value, str) and not _is_number(value):
        raise errors.invalid_arg_value("port", value)
    return port(0 if value is None else value)


def high_water_mark(value: object, name: str = "high_water_mark") -> int:
    """Return a high-water mark in bytes (or objects)."""
    integer = _as_integer(value) if _is_number(value) else None
    if integer is None or integer < 0:
        raise errors.invalid_arg_value(name, value)
    return integer


def family(value: object, name: str = "family") -> int:
    """Return 4, 6, or 0 for either; `"IPv4"` and `"IPv6"` are taken too, and None is 0."""
    if value is None:
        return 0
    if isinstance(value, str) and value in ("IPv4", "IPv6"):
        return int(value[-1])
    if not _is_number(value) or value not in (0, 4, 6):
        raise errors.invalid_arg_value(name, value, "must be one of: 0, 4, 6")
    return int(value)


def abort_signal(value: _Signal, name: str = "signal") -> _Signal:
    """Return an abort signal: anything with `aborted`."""
    if not hasattr(value, "aborted"):
        raise errors.invalid_arg_type(name, "AbortSignal", value)
    return value


def path(value: object, name: str = "path") -> str | bytes:
    """Return the name of a Unix socket as sockets take it.

    A first character NUL makes it an abstract name; NUL anywhere else, and an empty name, would
    be another name than the one that was written, and are refused.
    """
    if not isinstance(value, str | bytes | os.PathLike):
        raise errors.invalid_arg_type(name, ("str", "bytes", "PathLike"), value)
    plain: str | bytes = os.fspath(value)
    if not plain:
        raise errors.invalid_arg_value(name, value, "must not be empty")
    if ("\0" in plain[1:]) if isinstance(plain, str) else (b"\0" in plain[1:]):
        raise errors.invalid_arg_value(name, value, "must be a name without null bytes")
    return plain


@functools.cache
def _closed_unix_socket() -> _socket.socket:
    sock = _socket.socket(_socket.AF_UNIX, _socket.SOCK_STREAM)
    sock.close()
    return sock


def fits_sun_path(path: str | bytes) -> bool:
    """Tell whether the system's socket address has room for `path`.

    The room differs from system to system and no constant tells it. A connect on a closed socket
    packs the address, which fails if it is too long, and goes no further.
    """
    if not hasattr(_socket, "AF_UNIX"):
        return False
    try:
        _closed_unix_socket().connect_ex(path)
    except OSError:
        return False
    return True


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
        written = _to_number(value)
        return written is not None and written >= 0
    return _is_number(value)


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
    """Read `(port[, host][, listener])` or `(path[, listener])`.

    The port is returned as it was written; `port()` checks it.
    Reference: `socket.connect(path[, connectListener])`, `socket.connect(port[, host]...)`.
    """
    rest, listener = _split(args)
    if not rest:
        return ConnectArguments(listener=listener)
    first, *rest = rest
    _refuse_options(first, "connect")
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
    _refuse_rest(rest, "connect")
    return ConnectArguments(path=path(first), listener=listener)


def listen_arguments(args: tuple[object, ...]) -> ListenArguments:
    """Read `([port[, host[, backlog]]][, callback])`, `(path[, backlog][, callback])` or
    `(handle[, backlog][, callback])`.

    The port is returned as it was written; `port()` checks it. Anything that is neither a port nor
    a path is a handle, which the caller checks. A backlog below 1 is "not given", as in Node.
    Reference: `server.listen()`.
    """
    rest, callback = _split(args)
    if not rest:
        return ListenArguments(callback=callback)
    first, *rest = rest
    _refuse_options(first, "listen")
    if isinstance(first, bool):
        raise errors.invalid_arg_value("port", first)
    by_port = first is None or _is_port(first)
    name = None
    if by_port and rest and (rest[0] is None or isinstance(rest[0], str)):
        name = rest.pop(0)
    while rest and rest[0] is None:
        rest.pop(0)
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
