"""The header of the PROXY protocol: how a balancer tells a server who its client is.

Version 1 is a line of text, version 2 is binary. Nothing here reads or writes a socket: `Parser`
says of the bytes that have come how many belong to the header, `ProxyHeader.encode` makes one.

    https://www.haproxy.org/download/3.0/doc/proxy-protocol.txt
"""

from __future__ import annotations

import _socket
import re
import struct
from typing import Final, NamedTuple, Protocol

from .. import errors
from .info import AddressInfo, is_ipv4, is_ipv6

__all__ = [
    "LONGEST_HEADER",
    "MALFORMED",
    "MISSING",
    "OVERSIZED",
    "TIMED_OUT",
    "UNTRUSTED",
    "HeaderRefused",
    "Parser",
    "ProxyHeader",
]

#: Why a connection is dropped.
UNTRUSTED: Final = "untrusted peer"
MISSING: Final = "no PROXY header"
MALFORMED: Final = "malformed PROXY header"
OVERSIZED: Final = "oversized PROXY header"
TIMED_OUT: Final = "PROXY header timed out"

#: A header of version 2 that says it is longer is refused (bytes).
LONGEST_HEADER: Final = 4096
#: The longest line of version 1, its CRLF included (bytes).
_LONGEST_LINE: Final = 107

_TEXT: Final = b"PROXY "
_SIGNATURE: Final = b"\r\n\r\n\0\r\nQUIT\n"
#: Signature, version and command, family and protocol, length of the rest.
_FIXED: Final = struct.Struct("!12sBBH")
_LOCAL, _PROXY = 0x20, 0x21
_UNSPECIFIED, _TCP4, _TCP6, _UNIX = 0x00, 0x11, 0x21, 0x31
_ENDS: Final = {
    _TCP4: struct.Struct("!4s4sHH"),
    _TCP6: struct.Struct("!16s16sHH"),
    _UNIX: struct.Struct("!108s108s"),
}
_TLV: Final = struct.Struct("!BH")

_PORT: Final = re.compile(r"0|[1-9][0-9]{0,4}")


class HeaderRefused(Exception):
    """What has come is no header that can be accepted."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Connected(Protocol):
    """A Socket, as far as its ends are asked for."""

    @property
    def proxy_header(self) -> ProxyHeader | None: ...
    @property
    def remote_address(self) -> str | None: ...
    @property
    def remote_family(self) -> str | None: ...
    @property
    def remote_port(self) -> int | None: ...
    def address(self) -> AddressInfo | None: ...


class ProxyHeader(NamedTuple):
    """A header of the PROXY protocol.

    `source` is the client's end and `destination` the end that the client has connected to: two
    AddressInfos, or two paths of Unix sockets, as bytes; None where the header names none, because
    the proxy speaks for itself (LOCAL, as in its health checks) or does not know. `tlvs` are the
    type and the value of each extra field of version 2, as they came.
    """

    source: AddressInfo | bytes | None = None
    destination: AddressInfo | bytes | None = None
    version: int = 2
    tlvs: tuple[tuple[int, bytes], ...] = ()

    @classmethod
    def of(cls, socket: Connected, version: int = 2) -> ProxyHeader:
        """What a proxy says of the client of `socket`, a connection that it has accepted.

        If that came with a header itself, its ends are handed on. On a Unix socket without one
        there are no ends to tell.
        """
        told = socket.proxy_header
        if told is not None and told.source is not None:
            return cls(told.source, told.destination, version)
        address, family, port = socket.remote_address, socket.remote_family, socket.remote_port
        local = socket.address()
        if address is None or family is None or port is None or local is None:
            return cls(version=version)
        return cls(AddressInfo(address, family, port), local, version)

    def encode(self) -> bytes:
        """The bytes of the header.

        An IPv4 address beside an IPv6 one is mapped (`::ffff:1.2.3.4`). Raises
        `ERR_INVALID_ARG_VALUE` for what a header of this version cannot say.
        """
        if self.version == 1:
            return self._encode_line()
        if self.version != 2:
            raise errors.invalid_arg_value("version", self.version, "must be 1 or 2")
        ends = self._packed_ends()
        body = ends[1] + b"".join(
            _TLV.pack(_octet(kind), len(value)) + value for kind, value in self.tlvs
        )
        if _FIXED.size + len(body) > LONGEST_HEADER:
            raise errors.invalid_arg_value("tlvs", self.tlvs, f"exceed {LONGEST_HEADER} bytes")
        command = _LOCAL if self.source is None else _PROXY
        return _FIXED.pack(_SIGNATURE, command, ends[0], len(body)) + body

    def _encode_line(self) -> bytes:
        if self.tlvs:
            raise errors.invalid_arg_value("tlvs", self.tlvs, "need version 2")
        family, packed = self._packed_ends()
        if family in (_UNSPECIFIED, _UNIX):
            return b"PROXY UNKNOWN\r\n"
        source, destination, *ports = _ENDS[family].unpack(packed)
        kind = _socket.AF_INET if family == _TCP4 else _socket.AF_INET6
        words = (
            "PROXY",
            "TCP4" if family == _TCP4 else "TCP6",
            _socket.inet_ntop(kind, source),
            _socket.inet_ntop(kind, destination),
            *map(str, ports),
        )
        return " ".join(words).encode() + b"\r\n"

    def _packed_ends(self) -> tuple[int, bytes]:
        source, destination = self.source, self.destination
        if source is None and destination is None:
            return _UNSPECIFIED, b""
        if isinstance(source, bytes) and isinstance(destination, bytes):
            if max(len(source), len(destination)) > 108:
                raise errors.invalid_arg_value("source", source, "is too long a path")
            return _UNIX, _ENDS[_UNIX].pack(source, destination)
        if not isinstance(source, AddressInfo) or not isinstance(destination, AddressInfo):
            raise errors.invalid_arg_value("destination", destination, "must be of source's kind")
        ends = source, destination
        family = _TCP4 if all(is_ipv4(end.address) for end in ends) else _TCP6
        try:
            addresses = [_pack(end.address, family) for end in ends]
            return family, _ENDS[family].pack(*addresses, source.port, destination.port)
        except (OSError, struct.error):
            raise errors.invalid_arg_value("source", source, "must have IP addresses") from None


def _pack(address: str, family: int) -> bytes:
    if family == _TCP4:
        return _socket.inet_pton(_socket.AF_INET, address)
    if is_ipv4(address):
        address = f"::ffff:{address}"
    return _socket.inet_pton(_socket.AF_INET6, address.partition("%")[0])


def _octet(kind: int) -> int:
    if not 0 <= kind <= 0xFF:
        raise errors.invalid_arg_value("tlvs", kind, "must have types from 0 to 255")
    return kind


class Parser:
    """Reads one header, however it is cut; it never claims a byte that comes after it."""

    __slots__ = ("_data", "header")

    def __init__(self) -> None:
        self._data = b""
        #: The header, once it is whole.
        self.header: ProxyHeader | None = None

    def feed(self, data: bytes) -> int:
        """How many bytes of `data`, which are the next, belong to the header.

        Raises `HeaderRefused`, as early as it can be known.
        """
        so_far = len(self._data)
        have = self._data + data
        end = self._end_of_text(have) if _begins(have, _TEXT) else self._end_of_binary(have)
        self._data = have[:end]
        return len(self._data) - so_far

    def _end_of_text(self, have: bytes) -> int | None:
        end = have.find(b"\r\n", 0, _LONGEST_LINE)
        if end < 0:
            if len(have) >= _LONGEST_LINE:
                raise HeaderRefused(OVERSIZED)
            return None
        self.header = _parse_line(have[:end])
        return end + 2

    def _end_of_binary(self, have: bytes) -> int | None:
        if not _begins(have, _SIGNATURE):
            raise HeaderRefused(MISSING)
        if len(have) < _FIXED.size:
            return None
        _, command, family, length = _FIXED.unpack_from(have)
        if command not in (_LOCAL, _PROXY):
            raise HeaderRefused(MALFORMED)
        end: int = _FIXED.size + length
        if end > LONGEST_HEADER:
            raise HeaderRefused(OVERSIZED)
        if command == _PROXY and family != _UNSPECIFIED:
            layout = _ENDS.get(family)
            if layout is None or length < layout.size:
                raise HeaderRefused(MALFORMED)
        if len(have) >= end:
            self.header = _parse_binary(command, family, have[_FIXED.size : end])
        return end


def _begins(data: bytes, whole: bytes) -> bool:
    """Whether `data` begins as `whole` does, as far as both go."""
    return data[: len(whole)] == whole[: len(data)]


def _parse_line(line: bytes) -> ProxyHeader:
    words = line.decode("latin-1").split(" ")
    if words[1] == "UNKNOWN":
        return ProxyHeader(version=1)
    is_one = {"TCP4": is_ipv4, "TCP6": is_ipv6}.get(words[1])
    if is_one is None or len(words) != 6:
        raise HeaderRefused(MALFORMED)
    ends = []
    for address, port in zip(words[2:4], words[4:], strict=True):
        if not is_one(address) or "%" in address or not _PORT.fullmatch(port):
            raise HeaderRefused(MALFORMED)
        ends.append(AddressInfo(address, "IPv4" if words[1] == "TCP4" else "IPv6", int(port)))
        if ends[-1].port > 0xFFFF:
            raise HeaderRefused(MALFORMED)
    return ProxyHeader(ends[0], ends[1], 1)


def _parse_binary(command: int, family: int, body: bytes) -> ProxyHeader:
    if command == _LOCAL or family == _UNSPECIFIED:
        # Whatever it carries is to be ignored.
        return ProxyHeader()
    layout = _ENDS[family]
    source, destination, *ports = layout.unpack_from(body)
    tlvs = _parse_tlvs(body[layout.size :])
    if family == _UNIX:
        return ProxyHeader(_path(source), _path(destination), tlvs=tlvs)
    kind, name = (_socket.AF_INET, "IPv4") if family == _TCP4 else (_socket.AF_INET6, "IPv6")
    return ProxyHeader(
        AddressInfo(_socket.inet_ntop(kind, source), name, ports[0]),
        AddressInfo(_socket.inet_ntop(kind, destination), name, ports[1]),
        tlvs=tlvs,
    )


def _path(padded: bytes) -> bytes:
    """The path in a field that is filled up with NULs; an abstract name begins with one."""
    return padded.rstrip(b"\0")


def _parse_tlvs(data: bytes) -> tuple[tuple[int, bytes], ...]:
    found = []
    while data:
        if len(data) < _TLV.size:
            raise HeaderRefused(MALFORMED)
        kind, length = _TLV.unpack_from(data)
        value = data[_TLV.size : _TLV.size + length]
        if len(value) < length:
            raise HeaderRefused(MALFORMED)
        found.append((kind, value))
        data = data[_TLV.size + length :]
    return tuple(found)
