"""Connections: who may come in, and who is there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, Protocol

from ..addresses.blocklist import BlockList
from ..addresses.info import FAMILY_NAMES, AddressInfo, DropInfo, address_info
from ..addresses.proxy import UNTRUSTED
from ..loop.scheduler import Scheduler
from ..loop.tasks import FREE
from ..socket.connection import AcceptOptions
from ..socket.link import Counting
from ..socket.options import DEFAULT, Options
from ..socket.proxied import Proxied
from ..socket.served import accept, begin_reading
from ..socket.socket import Socket
from ..transport.handles import Accepted, close_accepted, socket_of
from .acceptor import AT_LIMIT, NOT_ASKED, POOL_FULL, AcceptState
from .handed import Handed
from .handlers import Handlers
from .untaken import Untaken

__all__ = ["Accepting", "Connections"]

_End = tuple[str | None, str | None, int | None]
_NOWHERE: Final[_End] = (None, None, None)


class Accepting(AcceptOptions, Protocol):
    """The server: the options of its connections, and where it tells of them."""

    pause_on_connect: bool
    no_delay: bool
    keep_alive: bool
    block_list: BlockList | None
    proxy_protocol: bool
    trusted: BlockList | None
    proxy_timeout: float

    @property
    def keep_alive_initial_delay(self) -> int: ...
    def emit(self, event: Any, *args: Any) -> bool: ...


class Connections:
    """The open connections of a server, whichever of its listens they came from."""

    __slots__ = (
        "_counting",
        "_expected",
        "_handlers",
        "_scheduler",
        "_server",
        "_tells",
        "drops",
        "handed",
        "limit",
        "open",
        "untaken",
    )

    def __init__(
        self,
        server: Accepting,
        scheduler: Scheduler,
        handlers: Handlers,
        counting: Counting,
        tells: Callable[[], bool],
        left: Callable[[], object],
    ) -> None:
        self._server = server
        self._scheduler = scheduler
        self._handlers = handlers
        self._counting = counting
        #: Whether a greenlet waits for the event `'connection'`.
        self._tells = tells
        self.untaken: Untaken = Untaken(scheduler)
        self.open: set[Socket] = set()
        self.handed: Handed = Handed(scheduler, left)
        #: Those of them whose PROXY header has not come yet.
        self._expected: dict[Socket, Proxied] = {}
        #: `max_connections`; None, and 0, is no limit.
        self.limit: int | None = None
        #: Whether those above the limit are dropped. Else they stay in the system's queue.
        self.drops: bool = True

    def _is_at_limit(self) -> bool:
        limit = self.limit
        return limit is not None and limit != 0 and len(self.open) >= limit

    @property
    def exist(self) -> bool:
        """Whether one is open, here or in another process."""
        return bool(self.open or self.handed)

    # The gate of the acceptor.

    def obstacle(self) -> AcceptState | None:
        if not self.drops and self._is_at_limit():
            return AT_LIMIT
        if self.untaken.suffices():
            return NOT_ASKED
        return POOL_FULL if self._handlers.are_full() else None

    def when_pool_has_room(self, go_on: Callable[[], object]) -> Callable[[], object]:
        return self._handlers.when_pool_has_room(go_on)

    def accepted(self, accepted: Accepted, family: int, address: object) -> None:
        server = self._server
        try:
            # The check() of a list may be the user's, and raise.
            refused = server.block_list is not None and _is_blocked(
                server.block_list, family, address
            )
            untrusted = server.proxy_protocol and not _is_trusted(server.trusted, family, address)
        except BaseException:
            close_accepted(accepted)
            raise
        if refused:
            close_accepted(accepted)
            return
        if self._is_at_limit():
            self._drop(accepted, family, address, None)
            return
        if untrusted:
            self._drop(accepted, family, address, UNTRUSTED)
            return
        options = DEFAULT
        if server.no_delay or server.keep_alive:
            options = Options(server.no_delay, server.keep_alive, server.keep_alive_initial_delay)
        untouched = server.pause_on_connect and not server.proxy_protocol
        connection = accept(
            server, options, accepted, address, self._counting, untouched, self._scheduler
        )
        self.open.add(connection)
        if server.proxy_protocol:
            self._expected[connection] = Proxied(
                connection, server.proxy_timeout, self._welcome, self._refuse
            )
            return
        self._introduce(connection)

    def _introduce(self, connection: Socket) -> None:
        server = self._server
        # A task of the connection's own: what its listener raises or writes is the connection's.
        life = begin_reading(connection, server.pause_on_connect)
        if self._handlers.exist:
            self._scheduler.call_soon(life, FREE, server.emit, "connection", connection)
            self._handlers.start(connection)
        else:
            self._scheduler.call_soon(life, FREE, self._tell, connection)

    def _tell(self, connection: Socket) -> None:
        waited_for = self._tells()
        if not self._server.emit("connection", connection) and not waited_for:
            self.untaken.offer(connection)

    def closed(self, connection: Socket) -> None:
        self.open.discard(connection)
        self.untaken.discard(connection)
        expected = self._expected.pop(connection, None)
        if expected is not None:
            expected.stop()

    # PROXY headers.

    def _welcome(self, connection: Socket) -> None:
        """Its header has come."""
        server = self._server
        del self._expected[connection]
        client = connection.remote_address
        if server.block_list is not None and client is not None and server.block_list.check(client):
            connection.destroy()
            return
        self._introduce(connection)

    def _refuse(self, connection: Socket, reason: str) -> None:
        local = connection.address()
        address, family, port = (
            connection.remote_address,
            connection.remote_family,
            connection.remote_port,
        )
        connection.destroy()
        self._tell_drop(local, (address, family, port), reason)

    # Dropping.

    def _drop(self, accepted: Accepted, family: int, address: object, reason: str | None) -> None:
        sock = socket_of(accepted, family)
        local = address_info(family, sock.getsockname)
        # Some systems give no address of a peer that has gone.
        remote = address_info(family, lambda: address) if address else None
        sock.close()
        self._tell_drop(local, remote or _NOWHERE, reason)

    def _tell_drop(self, local: AddressInfo | None, remote: _End, reason: str | None) -> None:
        if local is None and reason is None:
            self._server.emit("drop", None)
            return
        here = local or _NOWHERE
        self._server.emit(
            "drop",
            DropInfo(
                local_address=here[0],
                local_family=here[1],
                local_port=here[2],
                remote_address=remote[0],
                remote_family=remote[1],
                remote_port=remote[2],
                reason=reason,
            ),
        )

    def forget(self) -> None:
        """They are another process's, or their hub is destroyed."""
        self.open.clear()
        self.handed.forget()
        self.untaken.forget()
        for expected in self._expected.values():
            expected.stop()
        self._expected.clear()
        self._handlers.running.clear()


def _is_blocked(block_list: BlockList, family: int, address: Any) -> bool:
    """Whether a peer may not come in; one without an address may not, except to a Unix socket."""
    return family in FAMILY_NAMES and (not address or block_list.check(address[0]))


def _is_trusted(trusted: BlockList | None, family: int, address: Any) -> bool:
    """Whether a peer's PROXY header is read; the mode of its file guards a Unix socket."""
    if family not in FAMILY_NAMES:
        return True
    return trusted is not None and bool(address) and trusted.check(address[0])
