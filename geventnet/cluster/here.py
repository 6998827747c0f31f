"""Here: what makes this process a worker."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Final

from gevent import Greenlet, get_hub, joinall, socket, spawn_later
from gevent.event import Event
from gevent.exceptions import LoopExit

from ..addresses.info import AddressInfo
from ..loop.current import this_scheduler
from ..loop.scheduler import Scheduler
from ..loop.tasks import FREE, Owner
from ..loop.timers import Timer
from ..program import (
    end_run,
    how_many_are_told,
    on_stop,
    tell_to_stop,
    use_drain_timeout,
)
from ..server.source import use_source
from .channel import Channel, Message
from .claims import Claims
from .process import Worker
from .settings import GRACE, Settings

__all__ = ["Here"]


#: How long `main` may go on when its servers have closed, if it does nothing about SIGTERM.
_PATIENCE: Final = 1.0


class Here(Owner):
    """The control of `cluster.worker`."""

    __slots__ = (
        "_channel",
        "_claims",
        "_done",
        "_drains",
        "_has_main_returned",
        "_is_leaving",
        "_patience",
        "_scheduler",
        "_settings",
        "worker",
    )

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self._settings = settings
        self.worker: Worker = Worker(settings.id, os.getpid(), self)
        self._scheduler: Scheduler | None = None
        self._channel: Channel | None = None
        self._claims: Claims | None = None
        self._is_leaving = False
        self._has_main_returned = False
        #: What drains the servers that were told to.
        self._drains: list[Callable[[float | None], object]] = []
        #: Ends `main`.
        self._patience: Timer | None = None
        #: Set when the servers have closed and the worker may end.
        self._done = Event()

    # Running.

    def run(self, main: Callable[[], object]) -> None:
        """Call `main`, and block until the worker may end."""
        self._scheduler = scheduler = this_scheduler()
        with on_stop(scheduler, self._told_to_stop):
            _ignore_terminal()
            self._channel = Channel(socket.socket(fileno=self._settings.fd), self)
            self._claims = Claims(scheduler, self._channel, self._listens)
            self._channel.send({"kind": "online"})
            scheduler.enroll(self)
            use_source(self._claims)
            use_drain_timeout(self._settings.drain_timeout)
            try:
                main()
                self._has_main_returned = True
                # Nothing but the channel keeps a worker without a server, and that ends with the
                # primary.
                with suppress(LoopExit):
                    self._done.wait()
            finally:
                self._has_main_returned = True
                use_source(None)
                scheduler.dismiss(self)

    def _told_to_stop(self) -> None:
        # In the hub.
        first = not self._is_leaving
        if first:
            # Before anything is released: who follows takes it over.
            self._is_leaving = True
            self._say({"kind": "leaving"})
        Greenlet.spawn(self._leave if first else self._cut)

    def _leave(self) -> None:
        """Drain every server, and let this process end."""
        self.worker.exited_after_disconnect = True
        alone = how_many_are_told() == 1
        self._drain(self._settings.drain_timeout)
        self._done.set()
        channel = self._channel
        if channel is not None:
            channel.set_ref(False)
        assert self._scheduler is not None
        self._scheduler.run_callback(end_run)
        if alone:
            # A `main` that has waited for its servers is about to return by itself.
            self._patience = Timer(self._scheduler, self._end_main)
            self._patience.start(_PATIENCE if self._drains else 0)

    def _end_main(self) -> None:
        # In the hub.
        main = get_hub().parent
        if not self._has_main_returned and main is not None:
            main.throw(SystemExit(0))

    def _drain(self, limit: float | None) -> None:
        scheduler = self._scheduler
        owners = () if scheduler is None else scheduler.owners
        drains = [owner.drained_by for owner in owners if owner.drained_by]
        self._drains += drains
        joinall([Greenlet.spawn(drain, limit) for drain in drains])

    def _cut(self) -> None:
        for drain in self._drains:
            Greenlet.spawn(drain, 0)

    # What the primary says.

    def heard(self, message: Message, fd: int | None) -> None:
        kind = message["kind"]
        if kind in ("bound", "refused"):
            assert self._claims is not None
            self._claims.answered(message, fd)
        elif kind == "message":
            self._tell("message", message["message"])
        elif kind == "stop":
            tell_to_stop()
        elif kind == "cut":
            tell_to_stop(2)

    def channel_ended(self) -> None:
        self._tell("disconnect")
        if self._is_leaving:
            return
        if self._settings.outlive_primary:
            assert self._claims is not None
            self._claims.bind_here()
            return
        limit = self._settings.drain_timeout
        if limit is not None:
            spawn_later(limit + GRACE, os.kill, os.getpid(), signal.SIGKILL)
        tell_to_stop()

    def _tell(self, event: str, *args: Any) -> None:
        if self._scheduler is not None:
            self._scheduler.call_soon(self, FREE, self.worker.emit, event, *args)

    def _listens(self, where: AddressInfo | str | bytes | None) -> None:
        """A server does."""
        address = list(where) if isinstance(where, AddressInfo) else os.fsdecode(where or "")
        self._say({"kind": "listening", "address": address})
        if self._is_leaving:
            Greenlet.spawn(self._drain, self._settings.drain_timeout)

    def _say(self, message: Message) -> bool:
        return self._channel is not None and self._channel.send(message)

    # The control of the Worker.

    def check_thread(self) -> None:
        if self._scheduler is not None:
            self._scheduler.check_thread()

    def send(self, message: object) -> bool:
        return self._say({"kind": "message", "message": message})

    def disconnect(self) -> None:
        tell_to_stop()

    def kill(self, number: int) -> None:
        os.kill(os.getpid(), number)

    @property
    def is_connected(self) -> bool:
        return self._channel is not None and self._channel.is_open

    @property
    def is_dead(self) -> bool:
        return False

    # The owner.

    def forked(self) -> None:
        use_source(None)
        if self._channel is not None:
            self._channel.abandon()


def _ignore_terminal() -> None:
    """What a terminal sends to every process is the primary's to hear."""
    for name in ("SIGINT", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.SIG_IGN)
