"""The forms of `connect`, for type checkers alone."""

import os
from ipaddress import IPv4Address, IPv6Address
from typing import Any, Protocol, TypedDict

from ..addresses.blocklist import BlockList
from ..addresses.info import AddressInfo, SocketAddress
from ..addresses.proxy import ProxyHeader
from ..arguments.values import Host
from ..events.abort import AbortSignal
from ..transport.onread import OnRead
from .target import Lookup

__all__ = ["Address", "ConnectOptions", "NewSocketOptions", "Path", "Reachable"]

_IP = str | IPv4Address | IPv6Address
Path = str | bytes | os.PathLike[str]
Address = tuple[_IP, int] | tuple[_IP, int, int, int] | AddressInfo | SocketAddress

class _Listening(Protocol):
    """A Server."""

    @property
    def listening(self) -> bool: ...
    def address(self) -> AddressInfo | str | bytes | None: ...

Reachable = Address | _Listening

class _Options(TypedDict, total=False):
    local_address: Host | None
    local_port: int | None
    family: int | str | None
    hints: int | None
    lookup: Lookup | None
    auto_select_family: bool | None
    auto_select_family_attempt_timeout: float | None
    connect_timeout: float | None
    block_list: BlockList | None
    onread: OnRead | Any | None
    proxy_protocol: ProxyHeader | int | None

class ConnectOptions(_Options, total=False):
    """Those of `Socket.connect`."""

    no_delay: bool | None
    keep_alive: bool | None
    keep_alive_initial_delay: float | None

class NewSocketOptions(_Options, total=False):
    """Those of `net.connect`."""

    no_delay: bool
    keep_alive: bool
    keep_alive_initial_delay: float | None
    timeout: float | None
    fd: int | None
    readable: bool
    writable: bool
    allow_half_open: bool
    high_water_mark: int | None
    max_buffered: int | None
    signal: AbortSignal | None
    handles: bool
