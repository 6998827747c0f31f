"""Endpoint: what a Socket tells of itself, and what can be set on it."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Final, Self

from ..addresses.info import AddressInfo
from ..addresses.proxy import ProxyHeader
from ..arguments import values
from ..events.links import ReadyLinks
from ..events.names import Listener
from ..stream.duplex import Duplex
from ..stream.states import LIFE_CLOSED
from ..stream.stream import STREAM_EVENTS
from . import options
from .link import Link
from .states import LinkState

if TYPE_CHECKING:
    # Those of its events, typed.
    from .accepted import Server
    from .events import SocketEvents as _Base
else:
    _Base = Duplex

__all__ = ["Endpoint"]

_EVENTS: Final[Mapping[Hashable, int]] = {
    **STREAM_EVENTS,
    "close": 1,
    "connect": 0,
    "lookup": 4,
    "connectionAttempt": 3,
    "connectionAttemptFailed": 4,
    "connectionAttemptTimeout": 3,
    "ready": 0,
    "timeout": 0,
}


class Endpoint(_Base):
    """A Duplex that stands on a `Link`.

    The link stands on a transport exactly while the connection is open.
    """

    __slots__ = ("_net_link",)

    _net_event_arguments: ClassVar[Mapping[Hashable, int]] = _EVENTS

    _net_link: Link

    def __repr__(self) -> str:
        link = self._net_link
        ends = str(link.ends())
        if link.state is LinkState.NEW:
            state = "new"
        elif link.state is LinkState.OPEN:
            state = f"{self.ready_state} {ends}".rstrip()
        elif link.has_handle:
            state = f"connecting {ends}"
        else:
            state = f"closed ({ends})" if ends else "closed"
        return f"<{type(self).__name__} at {id(self):#x} {state}>"

    # Properties.

    @property
    def connecting(self) -> bool:
        """Whether `connect()` was called and has not ended. Reference: "socket.connecting"."""
        return self._net_link.connecting

    @property
    def pending(self) -> bool:
        """Whether there is no connection (yet). Reference: "socket.pending"."""
        return self._net_link.pending

    @property
    def ready_state(self) -> str:
        """`"opening"`, `"open"`, `"readOnly"`, `"writeOnly"` or `"closed"`.

        Reference: "socket.readyState".
        """
        if self.connecting:
            return "opening"
        if self.readable:
            return "open" if self.writable else "readOnly"
        return "writeOnly" if self.writable else "closed"

    @property
    def bytes_read(self) -> int:
        """Bytes received so far. Reference: "socket.bytesRead"."""
        return self._net_link.bytes_read

    @property
    def bytes_written(self) -> int:
        """Bytes written so far, those that wait to be sent included.

        Reference: "socket.bytesWritten".
        """
        return self._net_link.bytes_written

    @property
    def buffer_size(self) -> int | None:
        """Deprecated: `writable_length`, None without a connection.

        Reference: "socket.bufferSize".
        """
        return self._net_writer.length if self._net_link.has_handle else None

    @property
    def auto_select_family_attempted_addresses(self) -> list[str] | None:
        """What `connect` has tried, each as "address:port"; None unless it chose among addresses.

        Reference: "socket.autoSelectFamilyAttemptedAddresses".
        """
        return self._net_link.attempted

    @property
    def server(self) -> Server | None:
        """The server that accepted this connection, None if it was made by `connect()`."""
        server: Server | None = self._net_link.accepted_by
        return server

    def address(self) -> AddressInfo | None:
        """Where this end is bound; None without a TCP connection. Reference: "socket.address()"."""
        return self._net_link.local_address()

    @property
    def local_address(self) -> str | None:
        """This end's IP address. Reference: "socket.localAddress"."""
        address = self._net_link.local_address()
        return None if address is None else address.address

    @property
    def local_port(self) -> int | None:
        """This end's port. Reference: "socket.localPort"."""
        address = self._net_link.local_address()
        return None if address is None else address.port

    @property
    def local_family(self) -> str | None:
        """`"IPv4"` or `"IPv6"`. Reference: "socket.localFamily"."""
        address = self._net_link.local_address()
        return None if address is None else address.family

    @property
    def remote_address(self) -> str | None:
        """The other end's IP address; None once destroyed unless it was read before.

        Reference: "socket.remoteAddress".
        """
        address = self._net_link.peer_address()
        return None if address is None else address.address

    @property
    def remote_port(self) -> int | None:
        """The other end's port. Reference: "socket.remotePort"."""
        address = self._net_link.peer_address()
        return None if address is None else address.port

    @property
    def remote_family(self) -> str | None:
        """`"IPv4"` or `"IPv6"`. Reference: "socket.remoteFamily"."""
        address = self._net_link.peer_address()
        return None if address is None else address.family

    @property
    def proxy_header(self) -> ProxyHeader | None:
        """What a proxy has said before the connection's bytes; None if it was not asked to.

        See the option `proxy_protocol` of a Server.
        """
        return self._net_link.known.proxy_header

    @property
    def proxy_peer(self) -> AddressInfo | None:
        """The other end as the system knows it: that of the proxy.

        None where `remote_address` is that end, because no PROXY header has named another.
        """
        return self._net_link.known.proxy_peer

    def fileno(self) -> int:
        """The descriptor, -1 if there is none."""
        handle = self._net_link.handle
        return -1 if handle is None else handle.fileno()

    # Waiting.

    def _net_meet_again(self) -> None:
        self._net_life.meet_again(self, self._net_link)

    def ready(self) -> bool:
        """Whether `'close'` was emitted, and nothing has begun anew since."""
        return self._net_life.state is LIFE_CLOSED

    def rawlink(self, callback: Callable[[Any], object]) -> None:
        """Call `callback(self)` in the hub, where it must not block, once this is ready.

        For `gevent.wait()` and its kin; `on("close", listener)` is for everything else.
        """
        self._net_check_thread()
        link = self._net_link
        if link.ready_links is None:
            link.ready_links = ReadyLinks(self)
        link.ready_links.add(callback, self._net_life.scheduler)

    def unlink(self, callback: Callable[[Any], object]) -> None:
        """Undo `rawlink`; nothing happens if it was not made."""
        self._net_check_thread()
        links = self._net_link.ready_links
        if links is not None:
            links.discard(callback)

    def _net_patience(self, event: Hashable) -> float | None:
        return self._net_link.time_to_connect() if event in ("connect", "ready") else None

    def _net_holds(self, event: Hashable) -> tuple[Any, ...] | None:
        link = self._net_link
        if event in ("connect", "ready") and link.has_handle and not link.connecting:
            return ()
        if event == "close" and self._net_life.state is LIFE_CLOSED:
            return self._net_life.close_arguments
        return super()._net_holds(event)

    # Options.

    def set_no_delay(self, no_delay: bool = True) -> Self:
        """Send small writes at once (True), or let the system gather them (False).

        Before the connection stands, it is set then. Reference: "socket.setNoDelay([noDelay])".
        """
        self._net_check_thread()
        options.set_no_delay(self._net_link, bool(no_delay))
        return self

    def set_keep_alive(
        self,
        enable: bool = False,
        initial_delay: float | None = 0,
        interval: float | None = None,
        count: int | None = None,
    ) -> Self:
        """Let the system probe an idle connection, the first time after `initial_delay` seconds.

        A delay of 0 leaves it as it is. `interval` is the time between two probes in seconds, at
        first 1; after `count` probes without an answer, at first 10, the connection is reset. The
        times are whole seconds to the system; an interval under one is one. Before the connection
        stands, it is set then. Raises `ERR_INVALID_ARG_TYPE` and `ERR_OUT_OF_RANGE`.
        Reference: "socket.setKeepAlive([enable][, initialDelay][, interval][, count])".
        """
        self._net_check_thread()
        options.set_keep_alive(
            self._net_link,
            bool(enable),
            values.keep_alive_delay(initial_delay, "initial_delay"),
            None if interval is None else values.keep_alive_interval(interval),
            None if count is None else values.int32(count, "count", 1, 127),
        )
        return self

    def set_type_of_service(self, tos: int) -> Self:
        """Mark the packets that are sent: the TOS byte of IPv4, the traffic class of IPv6.

        `tos` is from 0 to 255; the system may ignore some of its bits. Before the connection
        stands, it is set then. Raises `ERR_INVALID_ARG_TYPE`, `ERR_OUT_OF_RANGE`, and `OSError`
        if the system refuses it. Reference: "socket.setTypeOfService(tos)".
        """
        self._net_check_thread()
        options.set_type_of_service(self._net_link, values.int32(tos, "tos", 0, 255))
        return self

    def get_type_of_service(self) -> int:
        """What the packets are marked with, or will be once there is a connection.

        Raises `OSError` if the system does not tell. Reference: "socket.getTypeOfService()".
        """
        return options.type_of_service(self._net_link)

    # The idle timeout.

    def set_timeout(self, timeout: float, callback: Listener | None = None) -> Self:
        """Emit `'timeout'` after `timeout` seconds (not milliseconds) without traffic; 0 is never.

        The connection is not touched by it. `callback` is called once, on `'timeout'`; with 0 it
        is removed. For a limit on blocking calls see `settimeout`.
        Raises `ERR_INVALID_ARG_TYPE` and `ERR_OUT_OF_RANGE`. Reference: "socket.setTimeout()".
        """
        self._net_check_thread()
        limit = values.seconds(timeout, "timeout")
        if callback is not None:
            values.function(callback, "callback")
        if self.destroyed:
            return self
        self._net_link.timeout = timeout
        self._net_link.set_timeout(limit)
        if callback is not None:
            if limit:
                self.once("timeout", callback)
            else:
                self.remove_listener("timeout", callback)
        return self

    @property
    def timeout(self) -> float | None:
        """The idle timeout in seconds, None if it was never set. Reference: "socket.timeout"."""
        return self._net_link.timeout

    def ref(self) -> Self:
        """Undo `unref()`: an open connection keeps `net.run()` running again.

        Reference: "socket.ref()".
        """
        self._net_check_thread()
        self._net_link.set_ref(True)
        return self

    def unref(self) -> Self:
        """Let `net.run()` return although this connection is open. Reference: "socket.unref()"."""
        self._net_check_thread()
        self._net_link.set_ref(False)
        return self
