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
from typing import TYPE_CHECKING, Any, Protocol, TypeGuard, TypeVar, Union

from .. import errors

if TYPE_CHECKING:
    from ipaddress import IPv4Address, IPv6Address

__all__ = [
    "Host",
    "Path",
]

#: What a program may write to name a host.
Host = Union[str, "IPv4Address", "IPv6Address"]
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


def is_number(value: object) -> TypeGuard[int | float]:
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


def to_number(text: str) -> int | float | None:
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
    if not is_number(value):
        raise errors.invalid_arg_type(name, ("int", "float"), value)
    low, high = min is None or value >= min, max is None or value <= max
    if not (low and high):
        limits = [f">= {min}"] if min is not None else []
        limits += [f"<= {max}"] if max is not None else []
        raise errors.out_of_range(name, " and ".join(limits), value)
    return value


def int32(value: object, name: str, min: int = -(2**31), max: int = 2**31 - 1) -> int:
    """Return an integer from `min` to `max`, both included."""
    if not is_number(value):
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


def as_bytes(chunk: Any, name: str = "chunk", text: bool = True) -> bytes:
    """Return the bytes of a bytes-like object.

    `text` is whether the caller takes a str as well, which the message then says.
    """
    if type(chunk) is bytes:
        return chunk
    try:
        return bytes(memoryview(chunk))
    except TypeError:
        wanted = ["str", "bytes-like object"] if text else ["bytes-like object"]
        raise errors.invalid_arg_type(name, wanted, chunk) from None


def is_ip_object(value: object) -> bool:
    """Whether `value` is an address of the module `ipaddress`."""
    return isinstance(getattr(value, "packed", None), bytes)


def address_text(value: object) -> object:
    """An address of the module `ipaddress` as its text; anything else as it is."""
    return str(value) if is_ip_object(value) else value


def host(value: object, name: str = "host") -> str:
    """Return the name or the address of a host, which may be an object of the module `ipaddress`.

    NUL, where the system would cut it, is refused.
    """
    plain = string(address_text(value), name)
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
    if not is_number(value):
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
        given = None if _ONLY_BLANK.fullmatch(value) else to_number(value)
    integer = _as_integer(given) if is_number(given) else None
    if integer is None or not 0 <= integer <= 0xFFFF or not (integer or allow_zero):
        raise errors.bad_port(name, value, allow_zero)
    return integer


def connect_port(value: object) -> int:
    """Return the port to connect to: what is neither a number nor a str is of the wrong type."""
    if not isinstance(value, str) and not is_number(value):
        raise errors.invalid_arg_type("port", ("int", "str"), value)
    return port(value)


def listen_port(value: object) -> int:
    """Return the port to listen on; None is 0, one that the system picks."""
    if value is not None and not isinstance(value, str) and not is_number(value):
        raise errors.invalid_arg_value("port", value)
    return port(0 if value is None else value)


def high_water_mark(value: object, name: str = "high_water_mark") -> int:
    """Return a high-water mark in bytes (or objects)."""
    integer = _as_integer(value) if is_number(value) else None
    if integer is None or integer < 0:
        raise errors.invalid_arg_value(name, value)
    return integer


def family(value: object, name: str = "family") -> int:
    """Return 4, 6, or 0 for either; `"IPv4"` and `"IPv6"` are taken too, and None is 0."""
    if value is None:
        return 0
    if isinstance(value, str) and value in ("IPv4", "IPv6"):
        return int(value[-1])
    if not is_number(value) or value not in (0, 4, 6):
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


#: The largest C int, which is what these options are (seconds).
_LONGEST_DELAY = 2**31 - 1


def keep_alive_delay(value: object, name: str = "keep_alive_initial_delay") -> int:
    """Return a delay in whole seconds; None and a negative one are 0, as in Node.

    Raises `ERR_OUT_OF_RANGE` for what the system's calls cannot be given.
    """
    delay = 0 if value is None else number(value, name)
    if not delay <= _LONGEST_DELAY:
        raise errors.out_of_range(name, f"<= {_LONGEST_DELAY}", value)
    return int(max(delay, 0))


def keep_alive_interval(value: object, name: str = "interval") -> int:
    """Return the time between two probes in whole seconds, at least one."""
    return max(1, int(min(seconds(value, name), _LONGEST_DELAY)))


_MOST_BUFFERED = (1 << 53) - 1


def max_buffered(value: object) -> int | None:
    """Return how many bytes may wait to be sent; None is no limit."""
    return None if value is None else int32(value, "max_buffered", 1, _MOST_BUFFERED)
