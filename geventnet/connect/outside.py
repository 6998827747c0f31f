"""Outside: what a dial does to the world, so that a scripted world can stand in."""

from __future__ import annotations

import _socket
from collections.abc import Callable
from typing import Any, Protocol

from gevent import Greenlet

from .. import errors
from ..addresses import resolve
from ..addresses.resolve import Address, LookupOptions
from ..loop.scheduler import Scheduler
from ..loop.tasks import FREE, Owner
from ..loop.timers import Timer
from ..transport.handles import Handle
from .attempt import Attempt

__all__ = ["Observer", "Outside"]


class Observer(Protocol):
    """Whom a dial reports to."""

    @property
    def owner(self) -> Owner:
        """Whom the dial's tasks belong to."""

    @property
    def scheduler(self) -> Scheduler: ...

    def emit(self, event: str, *args: object) -> None: ...

    def touch(self) -> None:
        """Something has happened."""

    def attempting_several(self, attempted: list[str]) -> None:
        """There is a choice of addresses; `attempted` gets those that are tried."""

    def attempt_failed(self) -> None:
        """The only attempt has failed; its events and `failed` follow."""

    def replaced(self) -> None:
        """The descriptor that was connected is closed, and another one is tried."""

    def connected(self, handle: Handle) -> None: ...

    def failed(self, error: BaseException) -> None: ...

    def listener_has_failed(self, error: BaseException) -> None:
        """A listener of what the dial has told has raised."""


class Outside:
    """What a Dial does to the world."""

    def look_up(
        self, observer: Observer, host: str, options: LookupOptions, done: Callable[..., object]
    ) -> Callable[[], object]:
        """Call `done(error_or_none, addresses)` in a task of its own; returns what cancels that."""
        scheduler, owner = observer.scheduler, observer.owner

        def ask() -> None:
            # `done` is called whatever ends this greenlet: a Timeout, a kill.
            error: Exception | None = errors.lookup_error(_socket.EAI_FAIL, host)
            addresses: list[Address] = []
            try:
                addresses = resolve.lookup(host, options.family, options.hints)
                error = None
            except Exception as failure:
                error = failure
            finally:
                scheduler.call_soon(owner, FREE, done, error, addresses)

        asking = Greenlet.spawn(ask)
        return lambda: asking.kill(block=False)

    def timer(self, observer: Observer, function: Callable[[], object]) -> Timer:
        """A timer that calls `function` in the hub."""
        return Timer(observer.scheduler, function)

    def open(self, family: int) -> _socket.socket:
        """A new descriptor."""
        sock = _socket.socket(family, _socket.SOCK_STREAM)
        sock.setblocking(False)
        return sock

    def attempt(
        self,
        observer: Observer,
        sock: _socket.socket,
        address: Any,
        ref: bool,
        done: Callable[[int], object],
    ) -> Attempt:
        """Begin to connect `sock`; see `Attempt`."""
        return Attempt(observer.owner, observer.scheduler, sock, address, ref, done)
