"""geventnet: Node.js's `net` module for programs on gevent.

`import geventnet as net` is how the documentation imports it.
"""

from typing import TYPE_CHECKING

from .addresses.blocklist import BlockList
from .addresses.info import AddressInfo, DropInfo, SocketAddress, is_ip, is_ipv4, is_ipv6
from .addresses.proxy import ProxyHeader
from .addresses.resolve import LookupOptions
from .arguments.naming import explain_spellings, in_nodes_spelling
from .client import ClientService, backoff
from .connect.target import (
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
    StreamEnded,
    SystemCallError,
)
from .events.abort import AbortController, AbortSignal
from .events.emitter import EventEmitter, MaxListenersExceededWarning
from .events.names import EventName, error_monitor
from .loop import forks as forks
from .loop.reports import ErrorReport, set_error_hook
from .managers.inherited import InheritedHandle, inherited_handles
from .managers.notify import notify
from .program import run
from .server import Drained, Server, create_server
from .socket import Socket, connect, create_connection
from .stream import (
    Duplex,
    FrameDecoder,
    LineDecoder,
    PassThrough,
    Readable,
    Transform,
    Writable,
    finished,
    frame,
    pipeline,
)
from .transport.onread import OnRead

__version__ = "0.1.0"

__all__ = [
    "AbortController",
    "AbortError",
    "AbortSignal",
    "AddressInfo",
    "BlockList",
    "ClientService",
    "ConnectErrors",
    "Drained",
    "DropInfo",
    "Duplex",
    "ErrorReport",
    "EventEmitter",
    "EventName",
    "FrameDecoder",
    "InheritedHandle",
    "LineDecoder",
    "LookupFailure",
    "LookupOptions",
    "MaxListenersExceededWarning",
    "NetError",
    "NetRuntimeError",
    "NetTypeError",
    "NetValueError",
    "OnRead",
    "PassThrough",
    "ProxyHeader",
    "Readable",
    "Server",
    "Socket",
    "SocketAddress",
    "StreamEnded",
    "SystemCallError",
    "Transform",
    "Writable",
    "backoff",
    "connect",
    "create_connection",
    "create_server",
    "error_monitor",
    "finished",
    "frame",
    "get_default_auto_select_family",
    "get_default_auto_select_family_attempt_timeout",
    "inherited_handles",
    "is_ip",
    "is_ipv4",
    "is_ipv6",
    "notify",
    "pipeline",
    "run",
    "set_default_auto_select_family",
    "set_default_auto_select_family_attempt_timeout",
    "set_error_hook",
]

explain_spellings(
    EventEmitter,
    Readable,
    Writable,
    Duplex,
    Transform,
    PassThrough,
    Socket,
    Server,
    AbortSignal,
    BlockList,
    SocketAddress,
)

if not TYPE_CHECKING:

    def __getattr__(name: str) -> object:
        for here in __all__:
            if in_nodes_spelling(here) == name:
                raise AttributeError(
                    f"module {__name__!r} has no attribute {name!r}: here it is {here!r}"
                )
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
