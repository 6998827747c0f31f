"""geventnet: Node.js's `net` module for programs on gevent.

`import geventnet as net` is how the documentation imports it.
"""

from typing import TYPE_CHECKING

from . import forks as forks
from .abort import AbortController, AbortSignal
from .address import AddressInfo, DropInfo, SocketAddress, is_ip, is_ipv4, is_ipv6
from .blocklist import BlockList
from .dial import (
    get_default_auto_select_family,
    get_default_auto_select_family_attempt_timeout,
    set_default_auto_select_family,
    set_default_auto_select_family_attempt_timeout,
)
from .errors import (
    AbortError,
    ConnectErrors,
    LookupFailure,
    NetError,
    NetRuntimeError,
    NetTypeError,
    NetValueError,
    SystemCallError,
)
from .events import EventEmitter, MaxListenersExceededWarning, error_monitor
from .naming import explain_spellings, in_nodes_spelling
from .program import run
from .pumps import OnRead
from .resolve import LookupOptions
from .server import Server, create_server
from .serving import Drained
from .socket import Socket, connect, create_connection
from .stream import Duplex, Readable, Writable

__version__ = "0.1.0"

__all__ = [
    "AbortController",
    "AbortError",
    "AbortSignal",
    "AddressInfo",
    "BlockList",
    "ConnectErrors",
    "Drained",
    "DropInfo",
    "Duplex",
    "EventEmitter",
    "LookupFailure",
    "LookupOptions",
    "MaxListenersExceededWarning",
    "NetError",
    "NetRuntimeError",
    "NetTypeError",
    "NetValueError",
    "OnRead",
    "Readable",
    "Server",
    "Socket",
    "SocketAddress",
    "SystemCallError",
    "Writable",
    "connect",
    "create_connection",
    "create_server",
    "error_monitor",
    "get_default_auto_select_family",
    "get_default_auto_select_family_attempt_timeout",
    "is_ip",
    "is_ipv4",
    "is_ipv6",
    "run",
    "set_default_auto_select_family",
    "set_default_auto_select_family_attempt_timeout",
]

explain_spellings(
    EventEmitter, Readable, Writable, Duplex, Socket, Server, AbortSignal, BlockList, SocketAddress
)

if not TYPE_CHECKING:

    def __getattr__(name: str) -> object:
        for here in __all__:
            if in_nodes_spelling(here) == name:
                raise AttributeError(
                    f"module {__name__!r} has no attribute {name!r}: here it is {here!r}"
                )
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
