"""Primary: starts the workers, keeps their number, and holds what they listen on."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final

from gevent import Greenlet, spawn_later
from gevent.event import Event

from .. import errors
from ..events.emitter import EventEmitter
from ..loop.current import this_scheduler
from ..loop.scheduler import Scheduler
from ..loop.tasks import FREE, Owner
from ..managers.notify import Readiness
from ..program import on_stop
from .child import Child, Exit
from .command import Command
from .handles import Handles
from .place import Place
from .process import Worker

__all__ = ["Primary"]

#: How long a listening socket that nobody claims is kept when every worker is there (seconds).
_KEPT: Final = 5.0
_SIGHUP: Final[int | None] = getattr(signal, "SIGHUP", None)


class Primary(Owner):
    """See the top of this file."""

    __slots__ = (
        "_changed",
        "_children",
        "_cluster",
        "_command",
        "_drain_timeout",
        "_failure",
        "_lapse",
        "_last_id",
        "_outlive_primary",
        "_places",
        "_readiness",
        "_workers",
        "handles",
        "is_stopping",
        "scheduler",
    )

    def __init__(
        self,
        cluster: EventEmitter,
        workers: dict[int, Worker],
        count: int,
        command: Command,
        drain_timeout: float | None,
        give_up_after: int | None,
        outlive_primary: bool,
    ) -> None:
        super().__init__()
        self.scheduler: Scheduler = this_scheduler()
        self.handles: Handles = Handles()
        self.is_stopping: bool = False
        self._cluster = cluster
        self._workers = workers
        self._command = command
        self._drain_timeout = drain_timeout
        self._outlive_primary = outlive_primary
        self._places = [Place(self, number, give_up_after) for number in range(count)]
        self._children: dict[Worker, Child] = {}
        self._last_id = 0
        self._readiness = Readiness(self.scheduler)
        self._failure: BaseException | None = None
        self._lapse: Greenlet[..., Any] | None = None
        #: Set when a worker has ended.
        self._changed = Event()

    def run(self) -> None:
        """Block until every worker has ended; raises what made it give up."""
        with (
            on_stop(self.scheduler, self._signalled),
            _on_hangup(lambda: self.scheduler.run_callback_threadsafe(self._hung_up)),
        ):
            self.scheduler.enroll(self)
            try:
                for place in self._places:
                    place.fill()
                self._await_children()
            except BaseException:
                self.stop()
                self._await_children()
                raise
            finally:
                self.scheduler.dismiss(self)
                self._keep()
                self.handles.close()
        if self._failure is not None:
            raise self._failure

    def _await_children(self) -> None:
        while self._children or not self.is_stopping:
            self._changed.wait()
            self._changed.clear()

    # Stopping and restarting.

    def _signalled(self) -> None:
        Greenlet.spawn(self.cut if self.is_stopping else self.stop)

    def _hung_up(self) -> None:
        Greenlet.spawn(self.restart)

    def stop(self) -> None:
        """Have every worker drain and end; nothing follows them."""
        if self.is_stopping:
            return
        self.is_stopping = True
        self._readiness.stopping(self)
        for place in self._places:
            place.vacate()
        for child in list(self._children.values()):
            child.stop()
        # What is not accepted yet is not going to be.
        self.handles.close()
        self._changed.set()

    def cut(self) -> None:
        """Have every worker end at once."""
        self.stop()
        for child in list(self._children.values()):
            child.cut()

    def restart(self) -> None:
        """Put a new worker in the place of each, when it is ready."""
        if not self.is_stopping:
            for place in self._places:
                place.restart()

    def give_up(self, reason: str) -> None:
        if self._failure is None:
            self._failure = errors.cluster_gave_up(reason)
        self.stop()

    # The workers.

    def start_worker(self, place: int) -> Child:
        self._last_id += 1
        child = Child(
            self,
            place,
            self._last_id,
            self._command,
            self._drain_timeout,
            self._outlive_primary,
        )
        self._children[child.worker] = child
        self._workers[child.worker.id] = child.worker
        self._tell_cluster("fork", child.worker)
        return child

    def tell(self, worker: Worker, event: str, *args: Any) -> None:
        self.scheduler.call_soon(self, FREE, worker.emit, event, *args)
        self._tell_cluster(event, worker, *args)

    def _tell_cluster(self, event: str, *args: Any) -> None:
        self.scheduler.call_soon(self, FREE, self._cluster.emit, event, *args)

    def online(self, child: Child) -> None:
        self._places[child.place].online(child)

    def listening(self, child: Child) -> None:
        if not self.is_stopping:
            self._readiness.ready(self)
        self._places[child.place].listening(child)
        self._let_lapse()

    def leaving(self, child: Child) -> None:
        self._places[child.place].left(child, None)

    def ended(self, child: Child, how: Exit) -> None:
        del self._children[child.worker]
        self._workers.pop(child.worker.id, None)
        self.handles.worker_gone(child.worker.id)
        self._places[child.place].left(child, how)
        self._let_lapse()
        self.tell(child.worker, "exit", how.code, how.signal)
        # `run` returns when the listeners of `'exit'` were called.
        self.scheduler.call_soon(self, FREE, self._changed.set)

    # What nobody listens on any more.

    def _let_lapse(self) -> None:
        self._keep()
        if not self.is_stopping:
            self._lapse = spawn_later(_KEPT, self._close_unclaimed)

    def _keep(self) -> None:
        lapse, self._lapse = self._lapse, None
        if lapse is not None:
            lapse.kill(block=False)

    def _close_unclaimed(self) -> None:
        self._lapse = None
        if all(place.is_served for place in self._places):
            self.handles.close_unclaimed()

    # The owner.

    def forked(self) -> None:
        for child in self._children.values():
            child.channel.abandon()
        # The files of Unix sockets are the parent's to remove; the descriptors end with the child.


@contextmanager
def _on_hangup(callback: Callable[[], object]) -> Iterator[None]:
    """While the block runs, SIGHUP calls `callback`, between any two instructions."""
    if _SIGHUP is None:
        yield
        return
    before = signal.signal(_SIGHUP, lambda number, frame: callback())
    try:
        yield
    finally:
        signal.signal(_SIGHUP, before)
