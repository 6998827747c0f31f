"""Untaken: the connections that neither a handler nor a listener has taken, for `accept()`.

Until `accept()` is called for the first time they are kept here, as they come. From then on a
connection is accepted only while somebody waits for one: the others stay in the system's queue.
"""

from __future__ import annotations

from collections.abc import Callable

from ..loop.scheduler import Scheduler
from ..loop.waiting import Conditions
from ..socket.served import begin_handled
from ..socket.socket import Socket

__all__ = ["Untaken"]


class Untaken:
    """See the top of this file."""

    __slots__ = ("_queue", "_waiting", "asked")

    def __init__(self, scheduler: Scheduler) -> None:
        #: FIFO: a dict, out of which the connections that close are taken.
        self._queue: dict[Socket, None] = {}
        self._waiting = Conditions(scheduler)
        #: Whether `accept()` was called, and nobody has listened to `'connection'` since.
        self.asked: bool = False

    def suffices(self) -> bool:
        """Whether nothing needs to be accepted: nobody waits for more than there is."""
        return self.asked and len(self._waiting) <= len(self._queue)

    def offer(self, connection: Socket) -> None:
        """Keep a connection that nobody has taken."""
        if not connection.destroyed:
            self._queue[connection] = None
            self._waiting.changed()

    def discard(self, connection: Socket) -> None:
        """The connection has closed."""
        self._queue.pop(connection, None)

    def forget(self) -> None:
        self._queue.clear()

    def take(self) -> Socket | None:
        """The connection that came first."""
        queue = self._queue
        if not queue:
            return None
        connection = next(iter(queue))
        del queue[connection]
        begin_handled(connection)
        return connection

    def wait(
        self, ended: Callable[[], bool], go_on: Callable[[], object], timeout: float | None
    ) -> None:
        """Block until there is a connection or `ended()`; `go_on` is called to accept one."""
        self._waiting.wait(lambda: bool(self._queue) or ended(), timeout, "accept()", begin=go_on)

    def changed(self) -> None:
        """Let those who wait look whether listening has ended."""
        self._waiting.changed()

    def fail(self, error: BaseException) -> bool:
        """Raise `error` in those who wait; False if there is nobody."""
        for _, waiter in self._waiting:
            waiter.fail(error)
        return bool(self._waiting)
