"""Service: what a Server is made of, and how one listen of it follows another."""

from __future__ import annotations

import _socket
from typing import Protocol

from ..addresses.info import AddressInfo
from ..events.abort import AbortSignal
from ..events.links import ReadyLinks
from ..events.names import error_monitor
from ..events.registry import Registry
from ..loop.current import this_scheduler
from ..loop.scheduler import Scheduler
from ..loop.tasks import FREE
from ..socket.socket import Socket
from ..transport.handles import close_handle
from .acceptor import Gate
from .connections import Accepting, Connections
from .handlers import Handler, Handlers, Spawner
from .listening import Listening, ListenState
from .serving import Drainable, Serving
from .target import Target

__all__ = ["Service"]


class Serves(Accepting, Drainable, Protocol):
    """The Server."""

    def ready(self) -> bool: ...


class Service:
    """See the top of this file."""

    __slots__ = (
        "__weakref__",
        "_registry",
        "_server",
        "connections",
        "handlers",
        "inherited",
        "listening",
        "ready_links",
        "ref",
        "scheduler",
        "serving",
    )

    def __init__(
        self, server: Serves, registry: Registry, handler: Handler | None, spawner: Spawner
    ) -> None:
        self._server = server
        self._registry = registry
        self.scheduler: Scheduler = this_scheduler()
        self.handlers: Handlers = Handlers(
            server, self.scheduler, handler, spawner, self._handler_left
        )
        self.connections: Connections = Connections(
            server,
            self.scheduler,
            self.handlers,
            self,
            self._is_waited_for,
            self._handed_closed,
        )
        self.serving: Serving = Serving(server, self, self.scheduler)
        #: The listen that is under way, or was the last.
        self.listening: Listening = Listening(self, self.scheduler)
        #: In a forked child, what the parent listens on.
        self.inherited: _socket.socket | None = None
        self.ready_links: ReadyLinks = ReadyLinks(server)
        self.ref: bool = True
        self.scheduler.dependents.add(self)

    def __repr__(self) -> str:
        return repr(self._server)

    # One listen after another.

    def listen(self, target: Target, signal: AbortSignal | None) -> None:
        """Begin another listen."""
        last, self.listening = self.listening, Listening(self, self.scheduler)
        last.end_here()
        registry = self._registry
        if last.close_due and registry.waits is not None:
            # The 'close' that is due is theirs; the others wait for what this listen brings.
            registry.wake("close", (), others=False)
        if signal is not None:
            self.listening.obey(signal)
        self.listening.start(target)

    def close(self) -> None:
        """Accept no more; `'close'` follows when every connection has closed."""
        self._drop_inherited()
        if self.listening.is_wanted:
            self.serving.ending()
        self.listening.close()
        self.connections.untaken.changed()
        self._close_if_drained()

    def left(self, connection: Socket) -> None:
        """A connection has closed."""
        self.connections.closed(connection)
        if not self.connections.drops:
            self.listening.look_again()
        self.serving.changed()
        self._close_if_drained()

    def tether(self) -> int:
        return self.connections.handed.tether()

    def let_handed_go(self) -> None:
        """Wait no longer for the connections that other processes have."""
        if self.connections.handed:
            self.connections.handed.forget()
            self._handed_closed()

    def _handed_closed(self) -> None:
        if self.listening.bound is None:
            self._close_if_drained()

    def _close_if_drained(self) -> None:
        listening = self.listening
        if listening.bound is None and not self.connections.exist:
            listening.close_due = True
            self.scheduler.call_soon(listening, FREE, self._tell_close, listening)

    def _tell_close(self, listening: Listening) -> None:
        listening.close_due = False
        if listening.over or listening.is_wanted or self.connections.exist:
            self.serving.changed()
            self._registry.tell("close")
            return
        listening.closed()
        self.serving.closed()
        self.ready_links.ready(self.scheduler)
        self._server.emit("close")

    @property
    def is_closed(self) -> bool:
        """Whether `'close'` was emitted, and nothing has begun anew since."""
        return self.listening.state is ListenState.CLOSED

    def _is_waited_for(self) -> bool:
        """Whether a greenlet waits for `'connection'`."""
        waits = self._registry.waits
        return waits is not None and any(event == "connection" for event, _ in waits)

    def take_connections(self) -> None:
        """Somebody hears `'connection'` from now on: accept whether `accept()` is called or not."""
        self.connections.untaken.asked = False
        self.listening.look_again()

    def _handler_left(self) -> None:
        self.serving.changed()

    # Where it listens.

    @property
    def is_listening(self) -> bool:
        return self.listening.bound is not None

    def address(self) -> AddressInfo | str | bytes | None:
        bound = self.listening.bound
        return None if bound is None else bound.address()

    def fileno(self) -> int:
        """The descriptor that is listened on, or that a forked child has inherited; else -1."""
        bound = self.listening.bound
        sock = self.inherited if bound is None else bound.sock
        return -1 if sock is None else sock.fileno()

    def set_ref(self, ref: bool) -> None:
        """Whether listening keeps the program running."""
        self.ref = ref
        self.listening.set_ref(ref)

    def _drop_inherited(self) -> None:
        if self.inherited is not None:
            close_handle(self.inherited)
            self.inherited = None

    # The host of a listen.

    @property
    def server(self) -> object:
        return self._server

    @property
    def gate(self) -> Gate:
        return self.connections

    def close_server(self) -> None:
        self._server.close()

    def drain_server(self, timeout: float | None) -> object:
        return self._server.drain(timeout)

    def has_bound(self) -> None:
        self._drop_inherited()

    def tell_listening(self) -> None:
        if self.is_listening:
            self.serving.listening()
            self._server.emit("listening")

    def tell_failure(self, listening: Listening, error: BaseException) -> None:
        """If nobody hears it, who serves must, or the main greenlet."""
        if listening.over:
            registry = self._registry
            registry.tell(error_monitor, error)
            if "error" in registry:
                registry.tell("error", error)
            else:
                self.scheduler.report(listening, error)
        elif not self._tell_error(error) and not self.serving.fail(error):
            self.scheduler.throw_in_main(error)

    def accept_failed(self, error: OSError) -> None:
        """Another process may have shut the listener down."""
        self._server.close()
        if not self._tell_error(error) and not self.serving.fail(error):
            self.scheduler.report(self.listening, error)

    def _tell_error(self, error: BaseException) -> bool:
        """Give an error to those who wait, else to the listeners; False if there are none."""
        registry = self._registry
        if registry.take_error(error):
            return True
        return "error" in registry and self._server.emit("error", error)

    # The dependent of the scheduler.

    def forked(self) -> None:
        """What the parent listens on can be listened on here; its connections are its own."""
        self.inherited = self.listening.leave_to_parent() or self.inherited
        self.connections.forget()

    def hub_destroyed(self) -> None:
        self.listening.abandon()
        self.connections.forget()
