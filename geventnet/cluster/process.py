"""Worker: one process of a cluster, as the primary and as the process itself know it."""

from __future__ import annotations

import signal
from collections.abc import Hashable, Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Final, NoReturn, Protocol

from .. import errors
from ..events.emitter import EVENTS, EventEmitter

if TYPE_CHECKING:
    # Those of its events, typed.
    from .events import WorkerEvents as _Base
else:
    _Base = EventEmitter

__all__ = ["Control", "Worker"]

_EVENTS: Final[Mapping[Hashable, int]] = {
    **EVENTS,
    "disconnect": 0,
    "exit": 2,
    "listening": 1,
    "message": 1,
    "online": 0,
}


class Control(Protocol):
    """How a worker is reached."""

    def check_thread(self) -> None: ...
    def send(self, message: object) -> bool: ...
    def disconnect(self) -> None: ...
    def kill(self, number: int) -> None: ...
    @property
    def is_connected(self) -> bool: ...
    @property
    def is_dead(self) -> bool: ...


class Worker(_Base):
    """A worker of a cluster. In the worker itself it is `cluster.worker`.

    Its events are, in the primary: `'online'`, its program has reached `cluster.run()`;
    `'listening'(address)`, one of its servers listens; `'message'(message)`; `'disconnect'`, it can
    be told nothing any more; `'exit'(code, signal)`, it has ended, and one of both is None. In the
    worker itself: `'message'` and `'disconnect'`. Reference: Cluster, "Class: Worker".
    """

    __slots__ = ("_net_control", "_net_id", "_net_pid", "exited_after_disconnect")

    _net_event_arguments: ClassVar[Mapping[Hashable, int]] = _EVENTS

    #: Whether it leaves because it was told to; None as long as it does not.
    #: Reference: "worker.exitedAfterDisconnect".
    exited_after_disconnect: bool | None

    def __init__(self, id: int, pid: int, control: Control) -> None:
        super().__init__()
        self._net_id = id
        self._net_pid = pid
        self._net_control = control
        self.exited_after_disconnect = None

    def __repr__(self) -> str:
        return f"<Worker {self._net_id} (pid {self._net_pid})>"

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise errors.no_copy(self)

    def _net_check_thread(self) -> None:
        self._net_control.check_thread()

    @property
    def id(self) -> int:
        """Its number, which no other worker of its primary ever has. Reference: "worker.id"."""
        return self._net_id

    @property
    def pid(self) -> int:
        """The number of its process. Reference: "worker.process"."""
        return self._net_pid

    def send(self, message: Any) -> bool:
        """Send what JSON can tell: to the worker, or, in the worker, to the primary.

        `'message'` follows at the other end. Never blocks: what the other end does not read is
        kept. False if it cannot arrive. Raises what `json.dumps` does.
        Reference: "worker.send(message)".
        """
        self._net_check_thread()
        return self._net_control.send(message)

    def disconnect(self) -> None:
        """Have the worker close its servers, wait for their connections, and leave.

        The connections have as long as `drain_timeout` says. Another worker takes its place at
        once. Never blocks; `'disconnect'` and `'exit'` follow. Reference: "worker.disconnect()".
        """
        self._net_check_thread()
        self._net_control.disconnect()

    def kill(self, signal: int = signal.SIGTERM) -> None:
        """Send its process a signal: SIGTERM, which lets it leave, or another one.

        Nothing happens if it has ended. Reference: "worker.kill([signal])".
        """
        self._net_control.kill(signal)

    def is_connected(self) -> bool:
        """Whether it can be sent messages. Reference: "worker.isConnected()"."""
        return self._net_control.is_connected

    def is_dead(self) -> bool:
        """Whether its process has ended. Reference: "worker.isDead()"."""
        return self._net_control.is_dead
