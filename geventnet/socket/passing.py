"""Passing handles over a Unix socket of this library: one frame, and descriptors (SCM_RIGHTS).

A frame is its length, a mark, the lengths of two parts, and these: what the other process has to
know, as JSON, and what was received and not read. The rest is what the program sends along.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Mapping
from typing import Any, Final

from .. import errors
from ..addresses.info import AddressInfo
from ..addresses.proxy import HeaderRefused, Parser, ProxyHeader
from ..loop.unpatched import close_fd
from ..stream.states import WriteEnd
from ..transport.passing import PassingSocket
from .link import Link
from .options import DEFAULT, Options
from .surrender import surrender
from .travel import State, check

__all__ = ["LONGEST_FRAME", "RECEIVERS", "ServerPassage", "SocketPassage", "unpack"]

#: How long a frame may be (bytes), its data included.
LONGEST_FRAME: Final = 1 << 26
_HEAD: Final = struct.Struct("!4sII")
_MARK: Final = b"gvnH"
_LENGTH: Final = struct.Struct("!I")


#: What reading anything but what `pack` makes may raise.
_NO_HANDLE: Final = (
    errors.NetError,
    struct.error,
    ValueError,
    KeyError,
    TypeError,
    AttributeError,
    OverflowError,
    RecursionError,
    HeaderRefused,
)

#: What makes a handle of a kind, from its descriptors and what is to be known.
RECEIVERS: Final[dict[str, Callable[..., Any]]] = {}


class _Passed:
    """A descriptor that has come with a frame."""

    __slots__ = ("_fd",)

    def __init__(self, fd: int) -> None:
        self._fd = fd

    def detach(self) -> int:
        fd, self._fd = self._fd, -1
        return fd

    def close(self) -> None:
        """Close it unless somebody has it."""
        if self._fd >= 0:
            close_fd(self.detach())


class SocketPassage:
    """The way of a connection."""

    __slots__ = ("_link", "_tether")

    def __init__(self, link: Link) -> None:
        self._link = link
        self._tether: int | None = None

    def pack(self, data: bytes) -> tuple[bytes, list[int]]:
        link = self._link
        check(link)
        handle = link.handle
        assert handle is not None
        unread = link.reader.peek(link.reader.length) if link.reader.length else b""
        peer, header = link.peer_address(), link.known.proxy_header
        known = {
            "kind": "socket",
            "tethered": link.counted_by is not None,
            "writable": link.writer.end is WriteEnd.OPEN,
            "allow_half_open": link.life.allow_half_open,
            "mark": link.reader.mark,
            "max_buffered": link.settings.max_buffered,
            "options": list(link.options),
            "peer": peer,
            "proxy_header": None if header is None else header.encode().decode("latin-1"),
            "proxy_peer": link.known.proxy_peer,
        }
        frame = _frame(known, unread, data)
        descriptors = [handle.fileno()]
        if link.counted_by is not None:
            self._tether = link.counted_by.tether()
            descriptors.append(self._tether)
        return frame, descriptors

    def abandon(self) -> None:
        tether, self._tether = self._tether, None
        if tether is not None:
            close_fd(tether)

    def sent(self) -> None:
        fd, _ = surrender(self._link)
        close_fd(fd)
        self.abandon()


class ServerPassage:
    """The way of what a server listens on, which goes on."""

    __slots__ = ("_fd", "_known")

    def __init__(self, fd: int, options: Mapping[str, object]) -> None:
        self._fd = fd
        self._known = {"kind": "server", **options}

    def pack(self, data: bytes) -> tuple[bytes, list[int]]:
        return _frame(self._known, b"", data), [self._fd]

    def abandon(self) -> None:
        """Nothing was made for it."""

    def sent(self) -> None:
        """The descriptor is shared."""


def _frame(known: Mapping[str, object], unread: bytes, data: bytes) -> bytes:
    import json

    told = json.dumps(known).encode()
    body = b"".join((_HEAD.pack(_MARK, len(told), len(unread)), told, unread, data))
    if len(body) > LONGEST_FRAME:
        raise errors.invalid_arg_value("data", f"<{len(data)} bytes>", "is too long")
    return _LENGTH.pack(len(body)) + body


def unpack(frame: bytes, handle: PassingSocket) -> tuple[Any, bytes]:
    """The handle that a frame stands for, and the data behind it.

    Raises a `NetError` that is a RuntimeError for anything but what `pack` makes.
    """
    import json

    try:
        mark, told_size, unread_size = _HEAD.unpack_from(frame)
        end = _HEAD.size + told_size
        known = json.loads(frame[_HEAD.size : end])
        unread, data = frame[end : end + unread_size], frame[end + unread_size :]
        if mark != _MARK or len(unread) != unread_size or not handle.kept:
            raise ValueError
        make = RECEIVERS[known.pop("kind")]
        # Only a connection has a peer.
        state = _state(known, unread) if "peer" in known else None
    except _NO_HANDLE:
        raise _no_handle() from None
    carried = [_Passed(handle.kept.popleft())]
    if state is not None and known["tethered"] and handle.kept:
        carried.append(_Passed(handle.kept.popleft()))
    try:
        if state is None:
            return make(carried[0], known), data
        return make(carried[0], carried[1] if carried[1:] else None, state), data
    except (*_NO_HANDLE, OSError):
        raise _no_handle() from None
    finally:
        for one in carried:
            one.close()


def _no_handle() -> errors.NetError:
    return errors.NetRuntimeError("What has come is no handle", "ERR_INVALID_STATE")


def _state(known: Mapping[str, Any], unread: bytes) -> State:
    header: ProxyHeader | None = None
    if known["proxy_header"] is not None:
        parser = Parser()
        parser.feed(known["proxy_header"].encode("latin-1"))
        header = parser.header
    max_buffered = known["max_buffered"]
    options = Options(*known["options"])
    for value, default in zip(options, DEFAULT, strict=True):
        _checked(value, type(default), 2**31)
    _checked(known["tethered"], bool)
    return State(
        unread,
        _checked(known["writable"], bool),
        _checked(known["allow_half_open"], bool),
        _checked(known["mark"], int),
        None if max_buffered is None else _checked(max_buffered, int),
        options,
        _address(known["peer"]),
        header,
        _address(known["proxy_peer"]),
    )


def _checked(value: Any, kind: type, end: int = 2**53) -> Any:
    """Raises ValueError for a value of another type, and for a number not below `end`."""
    if type(value) is not kind or (isinstance(value, int) and not 0 <= value < end):
        raise ValueError
    return value


def _address(value: Any) -> AddressInfo | None:
    if value is None:
        return None
    address, family, port = value
    return AddressInfo(_checked(address, str), _checked(family, str), _checked(port, int))
