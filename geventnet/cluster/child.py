"""Child: a worker's process, as the primary sees it.

`CHILD` says which state may follow which; `_become` makes the transition.
"""

from __future__ import annotations

import logging
import os
import signal
from collections.abc import Mapping
from contextlib import suppress
from enum import Enum
from time import monotonic
from typing import Any, Final, Protocol

import gevent.os
from gevent import Greenlet, socket, spawn_later

from ..addresses.info import AddressInfo
from ..loop.scheduler import Scheduler
from ..server.bind import Binding
from .channel import Channel, Message
from .command import Command
from .handles import Handles
from .key import Key, Sharing
from .process import Worker
from .settings import GRACE, Settings

__all__ = ["CHILD", "Child", "ChildState", "Exit"]

log: Final = logging.getLogger("geventnet.cluster")

#: How long what a dead worker has said may take to be heard; its own children may hold the channel.
_LAST_WORDS: Final = 1.0


class ChildState(Enum):
    """How far a worker is."""

    #: Its program has not reached `cluster.run()`.
    STARTING = "starting"
    ONLINE = "online"
    #: One of its servers listens, or has.
    LISTENING = "listening"
    #: It was told to stop, or says that it leaves.
    LEAVING = "leaving"
    ENDED = "ended"


STARTING = ChildState.STARTING
ONLINE = ChildState.ONLINE
LISTENING = ChildState.LISTENING
LEAVING = ChildState.LEAVING
ENDED = ChildState.ENDED

CHILD: Final[Mapping[ChildState, frozenset[ChildState]]] = {
    STARTING: frozenset((ONLINE, LEAVING, ENDED)),
    ONLINE: frozenset((LISTENING, LEAVING, ENDED)),
    LISTENING: frozenset((LEAVING, ENDED)),
    LEAVING: frozenset((ENDED,)),
    ENDED: frozenset(),
}


class Exit:
    """How a process has ended: `code` or `signal` is None."""

    __slots__ = ("code", "signal")

    def __init__(self, status: int) -> None:
        number = os.waitstatus_to_exitcode(status)
        self.code: int | None = number if number >= 0 else None
        self.signal: str | None = None if number >= 0 else _name_of(-number)

    def __str__(self) -> str:
        return f"exit code {self.code}" if self.signal is None else self.signal


def _name_of(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"


class Overseer(Protocol):
    """The primary, as one of its children knows it."""

    handles: Handles
    scheduler: Scheduler

    @property
    def is_stopping(self) -> bool: ...
    def tell(self, worker: Worker, event: str, *args: Any) -> None:
        """Emit `event` of the worker, and of the cluster, later."""

    def online(self, child: Child) -> None: ...
    def listening(self, child: Child) -> None: ...
    def leaving(self, child: Child) -> None:
        """It leaves by itself, or because the program told it to."""

    def ended(self, child: Child, how: Exit) -> None: ...


class Child:
    """A process that was started just now. Raises `OSError` if it cannot be."""

    __slots__ = (
        "_killer",
        "_online_since",
        "_primary",
        "_settings",
        "channel",
        "has_listened",
        "place",
        "state",
        "worker",
    )

    def __init__(
        self,
        primary: Overseer,
        place: int,
        id: int,
        command: Command,
        drain_timeout: float | None,
        outlive_primary: bool,
    ) -> None:
        self._primary = primary
        #: The number of the place that it has among the workers.
        self.place: int = place
        self.state: ChildState = STARTING
        #: Whether one of its servers has ever listened.
        self.has_listened: bool = False
        self._online_since: float | None = None
        self._killer: Greenlet[..., Any] | None = None
        ours, theirs = socket.socketpair()
        fd = theirs.fileno()
        self._settings = Settings(id, fd, drain_timeout, outlive_primary)
        try:
            pid = command.start(self._settings.environment(), fd)
        except BaseException:
            ours.close()
            raise
        finally:
            theirs.close()
        self.worker: Worker = Worker(id, pid, self)
        self.channel: Channel = Channel(ours, self)
        Greenlet.spawn(self._await_end)

    def __repr__(self) -> str:
        return f"worker {self.worker.id} (pid {self.worker.pid})"

    def _become(self, state: ChildState) -> None:
        assert state in CHILD[self.state], (self.state, state)
        self.state = state

    @property
    def online_for(self) -> float:
        """How long it has been online (seconds)."""
        return 0.0 if self._online_since is None else monotonic() - self._online_since

    # Its end.

    def stop(self) -> None:
        """Tell it to drain and end; it is killed when the limit has passed."""
        if self.state is STARTING:
            # It hears nothing yet, and serves nobody.
            self._leave()
            self.kill(signal.SIGTERM)
        elif self.state not in (LEAVING, ENDED):
            self._leave()
            self.channel.send({"kind": "stop"})

    def cut(self) -> None:
        """Tell it to end at once."""
        self.stop()
        if self.state is LEAVING:
            self.channel.send({"kind": "cut"})
            self._kill_after(GRACE)

    def _leave(self) -> None:
        self._become(LEAVING)
        self.worker.exited_after_disconnect = True
        if self._settings.drain_timeout is not None:
            self._kill_after(self._settings.drain_timeout + GRACE)

    def _kill_after(self, delay: float) -> None:
        self._spare()
        self._killer = spawn_later(delay, self._overdue, delay)

    def _spare(self) -> None:
        killer, self._killer = self._killer, None
        if killer is not None:
            killer.kill(block=False)

    def _overdue(self, delay: float) -> None:
        self._killer = None
        log.error("%r has not ended %g s after it was told to: it is killed", self, delay)
        self.kill(signal.SIGKILL)

    def _await_end(self) -> None:
        _, status = gevent.os.waitpid(self.worker.pid, 0)
        how = Exit(status)
        # What it has still said comes first.
        self.channel.join(_LAST_WORDS)
        self.channel.end()
        left = self.state is LEAVING
        self._become(ENDED)
        self._spare()
        if not left:
            self.worker.exited_after_disconnect = False
        self._primary.ended(self, how)

    # What it says.

    def heard(self, message: Message, fd: int | None) -> None:
        kind = message["kind"]
        if self.state is ENDED:
            # A child of its own has held the channel for longer; it claims nothing any more.
            return
        if kind == "online":
            self._online_since = monotonic()
            if self.state is STARTING:
                self._become(ONLINE)
                self._primary.online(self)
            self._primary.tell(self.worker, "online")
        elif kind == "bind":
            self._bind(self._key(message["key"]), Binding(*message["binding"]))
        elif kind == "release":
            key = self._key(message["key"])
            self._primary.handles.release(self.worker.id, key, keep=self.state is LEAVING)
        elif kind == "listening":
            self.has_listened = True
            if self.state is ONLINE:
                self._become(LISTENING)
            address = message["address"]
            where = AddressInfo(*address) if isinstance(address, list) else address
            self._primary.tell(self.worker, "listening", where)
            self._primary.listening(self)
        elif kind == "message":
            self._primary.tell(self.worker, "message", message["message"])
        elif kind == "leaving" and self.state is not LEAVING:
            self._leave()
            self._primary.leaving(self)

    def channel_ended(self) -> None:
        self._primary.tell(self.worker, "disconnect")

    def _key(self, told: list[Any]) -> Key:
        key = Key(*told)
        return key if key.sharing == Sharing.ALL else key._replace(place=self.place)

    def _bind(self, key: Key, binding: Binding) -> None:
        if self._primary.is_stopping:
            # Nobody listens any more; the worker is about to hear that it shall leave.
            return
        try:
            fd = self._primary.handles.claim(self.worker.id, key, binding)
        except OSError as error:
            self.channel.send({"kind": "refused", "errno": error.errno})
        else:
            self.channel.send({"kind": "bound"}, fd)

    # The control of its Worker.

    def check_thread(self) -> None:
        self._primary.scheduler.check_thread()

    def send(self, message: object) -> bool:
        return self.channel.send({"kind": "message", "message": message})

    def disconnect(self) -> None:
        if self.state not in (LEAVING, ENDED):
            self.stop()
            self._primary.leaving(self)

    def kill(self, number: int) -> None:
        if self.state is not ENDED:
            with suppress(ProcessLookupError):
                os.kill(self.worker.pid, number)
            if number == signal.SIGTERM:
                # It may be about to poll: then it hears a signal with the next event only.
                self.channel.send({"kind": "stop"})

    @property
    def is_connected(self) -> bool:
        return self.channel.is_open

    @property
    def is_dead(self) -> bool:
        return self.state is ENDED
