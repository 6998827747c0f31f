"""`net.create_server()`: a Server with its options."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..addresses.blocklist import BlockList
from .handlers import Handler
from .server import Server

if TYPE_CHECKING:
    from .events import ConnectionListener

__all__ = ["create_server"]


def create_server(
    connection_listener: ConnectionListener | None = None,
    *,
    handler: Handler | None = None,
    spawn: Any = None,
    allow_half_open: bool = False,
    pause_on_connect: bool = False,
    no_delay: bool = False,
    keep_alive: bool = False,
    keep_alive_initial_delay: float | None = 0,
    high_water_mark: int | None = None,
    max_buffered: int | None = None,
    block_list: BlockList | None = None,
    proxy_protocol: bool = False,
    trusted: BlockList | None = None,
    proxy_timeout: float = 5.0,
    handles: bool = False,
) -> Server:
    """Make a Server; see there for the options. Reference: "net.createServer()"."""
    return Server(
        connection_listener,
        handler=handler,
        spawn=spawn,
        allow_half_open=allow_half_open,
        pause_on_connect=pause_on_connect,
        no_delay=no_delay,
        keep_alive=keep_alive,
        keep_alive_initial_delay=keep_alive_initial_delay,
        high_water_mark=high_water_mark,
        max_buffered=max_buffered,
        block_list=block_list,
        proxy_protocol=proxy_protocol,
        trusted=trusted,
        proxy_timeout=proxy_timeout,
        handles=handles,
    )
