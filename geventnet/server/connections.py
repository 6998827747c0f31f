"""Connections: who may come in, and who is there."""

from __future__ import annotations

import _socket
from collections.abc import Callable
from typing import Any, Protocol

from ..addresses.blocklist import BlockList
from ..addresses.info import FAMILY_NAMES, DropInfo, address_info
from ..loop.scheduler import Scheduler
from ..loop.tasks import FREE
from ..socket.connection import AcceptOptions
from ..socket.options import Options
from ..socket.served import accept
from ..socket.socket import Socket
from ..stream.life import life_of
from .acceptor import AcceptState
from .handlers import Handlers
from .untaken import Untaken

__all__ = ["Accepting", "Connections"]


class Accepting(AcceptOptions, Protocol):
    """The server: the options of its connections, and where it tells of them."""

    no_delay: bool
    keep_alive: bool
    block_list: BlockList | None

    @property
    def keep_alive_initial_delay(self) -> int: ...
    def emit(self, event: str, *args: Any) -> bool: ...


class Connections:
    """The open connections of a server, whichever of its listens they came from."""

    __slots__ = (
        "_handlers",
        "_leave",
        "_scheduler",
        "_server",
        "_tells",
        "drops",
        "limit",
        "open",
        "untaken",
    )

    def __init__(
        self,
        server: Accepting,
        scheduler: Scheduler,
        handlers: Handlers,
        leave: Callable[[Socket], None],
        tells: Callable[[], bool],
    ) -> None:
        self._server = server
        self._scheduler = scheduler
        self._handlers = handlers
        self._leave = leave
        #: Whether a greenlet waits for the event `'connection'`.
        self._tells = tells
        self.untaken = Untaken(scheduler)
        self.open: set[Socket] = set()
        #: `max_connections`; None, and 0, is no limit.
        self.limit: int | None = None
        #: Whether those above the limit are dropped. Else they stay in the system's queue.
        self.drops = True

    @property
    def _at_limit(self) -> bool:
        limit = self.limit
        return limit is not None and limit != 0 and len(self.open) >= limit

    # The gate of the acceptor.

    def obstacle(self) -> AcceptState | None:
        if not self.drops and self._at_limit:
            return AcceptState.AT_LIMIT
        if self.untaken.suffices:
            return AcceptState.NOT_ASKED
        return AcceptState.POOL_FULL if self._handlers.is_full else None

    def when_pool_has_room(self, go_on: Callable[[], object]) -> Callable[[], object]:
        return self._handlers.when_pool_has_room(go_on)

    def accepted(self, sock: _socket.socket, address: object) -> None:
        server = self._server
        if server.block_list is not None and _is_blocked(server.block_list, sock.family, address):
            sock.close()
            return
        if self._at_limit:
            self._drop(sock, address)
            return
        options = Options(server.no_delay, server.keep_alive, server.keep_alive_initial_delay)
        try:
            sock.setblocking(False)
            connection = accept(server, options, sock, address, self._leave)
        except BaseException:
            sock.close()
            raise
        self.open.add(connection)
        # A task of the connection's own: what its listener raises or writes is the connection's.
        life = life_of(connection)
        assert life is not None
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

    def _drop(self, sock: _socket.socket, address: object) -> None:
        local = address_info(sock, sock.getsockname)
        # Some systems give no address of a peer that has gone.
        remote = address_info(sock, lambda: address) if address else None
        sock.close()
        if local is None:
            self._server.emit("drop", None)
            return
        there = (None, None, None) if remote is None else remote
        self._server.emit(
            "drop",
            DropInfo(
                local_address=local.address,
                local_port=local.port,
                local_family=local.family,
                remote_address=there[0],
                remote_family=there[1],
                remote_port=there[2],
            ),
        )

    def forget(self) -> None:
        """They are another process's, or their hub is destroyed."""
        self.open.clear()
        self.untaken.forget()
        self._handlers.running.clear()


def _is_blocked(block_list: BlockList, family: int, address: Any) -> bool:
    """Whether a peer may not come in; one without an address may not, except to a Unix socket."""
    return family in FAMILY_NAMES and (not address or block_list.check(address[0]))
