"""`net.connect()`: a Socket that is connecting."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Unpack, overload

from ..addresses.blocklist import BlockList
from ..addresses.proxy import ProxyHeader
from ..arguments import values
from ..connect.target import Lookup
from ..events.abort import AbortSignal
from ..events.names import Listener
from ..stream.life import life_of
from ..transport.onread import OnRead
from .link import link_of
from .socket import Socket
from .surrender import surrender

if TYPE_CHECKING:
    from ..connect.forms import NewSocketOptions, Path, Reachable
    from ..events.listeners import BareListener

__all__ = ["connect", "create_connection"]


@overload
def connect(
    port: int | str | None,
    host: values.Host | None = None,
    connect_listener: BareListener | None = None,
    **options: Unpack[NewSocketOptions],
) -> Socket: ...
@overload
def connect(
    port: int | str, connect_listener: BareListener, /, **options: Unpack[NewSocketOptions]
) -> Socket: ...
@overload
def connect(
    path: Path,
    connect_listener: BareListener | None = None,
    **options: Unpack[NewSocketOptions],
) -> Socket: ...
@overload
def connect(
    address: Reachable,
    connect_listener: BareListener | None = None,
    /,
    **options: Unpack[NewSocketOptions],
) -> Socket: ...
def connect(
    *args: Any,
    port: int | str | None = None,
    host: values.Host | None = None,
    path: str | bytes | os.PathLike[str] | None = None,
    local_address: values.Host | None = None,
    local_port: int | None = None,
    family: int | str | None = None,
    hints: int | None = 0,
    lookup: Lookup | None = None,
    auto_select_family: bool | None = None,
    auto_select_family_attempt_timeout: float | None = None,
    connect_timeout: float | None = None,
    block_list: BlockList | None = None,
    no_delay: bool = False,
    keep_alive: bool = False,
    keep_alive_initial_delay: float | None = 0,
    timeout: float | None = None,
    fd: int | None = None,
    readable: bool = True,
    writable: bool = True,
    allow_half_open: bool = False,
    high_water_mark: int | None = None,
    max_buffered: int | None = None,
    onread: OnRead | None = None,
    signal: AbortSignal | None = None,
    handles: bool = False,
    proxy_protocol: ProxyHeader | int | None = None,
    connect_listener: Listener | None = None,
) -> Socket:
    """Make a Socket and connect it; see `Socket` and `Socket.connect` for the arguments.

    `timeout` (seconds) is Node's idle timeout, which runs from now on and only emits `'timeout'`.
    For whoever blocks it is the limit of connecting as well, as in `socket.create_connection`:
    entering `with`, and any other blocking call, raises `TimeoutError` if there is no connection
    so long after this call, and the socket is destroyed; `wait("connect")` raises it, too. It is
    no limit of the calls that follow: that is `settimeout()`. `connect_timeout` is a limit for
    both faces. `fd` is a descriptor to connect,
    perhaps bound already; a call that raises has not taken it. With a `signal` that was aborted
    before, nothing is connected, unlike in Node: `'error'` and `'close'` follow. Never blocks.
    Reference: "net.createConnection()".
    """
    if signal is not None:
        values.abort_signal(signal)
    socket = Socket(
        fd=fd,
        readable=readable,
        writable=writable,
        allow_half_open=allow_half_open,
        high_water_mark=high_water_mark,
        max_buffered=max_buffered,
        onread=onread,
        no_delay=no_delay,
        keep_alive=keep_alive,
        keep_alive_initial_delay=keep_alive_initial_delay,
        handles=handles,
    )
    try:
        limit = None if timeout is None else values.seconds(timeout, "timeout")
        if timeout:
            socket.set_timeout(timeout)
        # Its overloads are for programs that write the arguments out.
        begin: Callable[..., object] = socket.connect
        begin(
            *args,
            port=port,
            host=host,
            path=path,
            local_address=local_address,
            local_port=local_port,
            family=family,
            hints=hints,
            lookup=lookup,
            auto_select_family=auto_select_family,
            auto_select_family_attempt_timeout=auto_select_family_attempt_timeout,
            connect_timeout=connect_timeout,
            block_list=block_list,
            proxy_protocol=proxy_protocol,
            connect_listener=connect_listener,
        )
        if limit:
            link_of(socket).before_open().limit(limit)
    except BaseException:
        # Nobody else has this socket, but its idle clock knows it.
        if fd is not None and socket.fileno() == fd:
            surrender(link_of(socket))
        socket.destroy()
        raise
    if signal is not None:
        life = life_of(socket)
        assert life is not None
        life.obey(signal)
    return socket


create_connection = connect
