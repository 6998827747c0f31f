"""Acceptor: the task that accepts connections, one a step, and the reasons it pauses for.

`ACCEPT` says which state may follow which; `_become` makes the transition. The watcher runs exactly
while the state is ACCEPTING. Each pause is ended by its own cause and by no other.

Errors of accept(2) are of three kinds. After that of one connection, which has left the queue,
accept is retried at once. Where the system has run out of something, the connection stays in the
queue, and accepting backs off. Any other error ends the listening.
"""

from __future__ import annotations

import _socket
import errno
from collections.abc import Callable, Mapping
from enum import Enum
from functools import partial
from operator import methodcaller
from typing import Final, Protocol

from .. import errors
from ..loop.scheduler import Scheduler
from ..loop.tasks import FREE, Owner
from ..loop.timers import Timer
from ..loop.watchers import POLL_IN, Watched
from ..transport.handles import ONE_KIND_OF_DESCRIPTOR, Accepted

__all__ = [
    "ACCEPT",
    "AT_LIMIT",
    "NOT_ASKED",
    "POOL_FULL",
    "AcceptState",
    "Acceptor",
    "Gate",
]

#: The system has run out of something.
_EXHAUSTED: Final = (errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM)
#: Errors of one connection, after which accept(2) says to retry.
_TRANSIENT: Final = {
    getattr(errno, name)
    for name in (
        *("ECONNABORTED", "EPROTO", "ENETDOWN", "ENOPROTOOPT", "EHOSTDOWN", "ENONET"),
        *("EHOSTUNREACH", "EOPNOTSUPP", "ENETUNREACH", "ETIMEDOUT", "EPERM"),
    )
    if hasattr(errno, name)
}
#: How many transient errors are retried at once, one after the other, before accepting backs off.
_RETRIES: Final = 64
#: How long accepting backs off (seconds): at first, and at most.
_FIRST_DELAY, _LONGEST_DELAY = 0.05, 1.0
#: At most so many connections are accepted without a look for another one behind.
_MOST_UNTRIED: Final = 15

# What `socket.socket.accept()` calls; the system's own socket object has no other.
_accept: Callable[[_socket.socket], tuple[int, object]] = methodcaller("_accept")


class AcceptState(Enum):
    """Whether connections are accepted, and if not, why."""

    #: The watcher runs.
    ACCEPTING = "accepting"
    #: `max_connections` are open, and those above it stay in the system's queue.
    AT_LIMIT = "at limit"
    #: `accept()` has taken the last connection, and nobody waits for another.
    NOT_ASKED = "not asked"
    #: The pool of the handlers has no room.
    POOL_FULL = "pool full"
    #: Accept has failed; the timer of the back-off runs.
    BACKING_OFF = "backing off"
    #: Nothing is accepted any more.
    CLOSED = "closed"


ACCEPTING = AcceptState.ACCEPTING
AT_LIMIT = AcceptState.AT_LIMIT
NOT_ASKED = AcceptState.NOT_ASKED
POOL_FULL = AcceptState.POOL_FULL
BACKING_OFF = AcceptState.BACKING_OFF
CLOSED = AcceptState.CLOSED

ACCEPT: Final[Mapping[AcceptState, frozenset[AcceptState]]] = {
    ACCEPTING: frozenset((AT_LIMIT, NOT_ASKED, POOL_FULL, BACKING_OFF, CLOSED)),
    AT_LIMIT: frozenset((ACCEPTING, CLOSED)),
    NOT_ASKED: frozenset((ACCEPTING, CLOSED)),
    POOL_FULL: frozenset((ACCEPTING, CLOSED)),
    BACKING_OFF: frozenset((ACCEPTING, CLOSED)),
    CLOSED: frozenset(),
}


class Gate(Protocol):
    """What takes the connections that are accepted."""

    def obstacle(self) -> AcceptState | None:
        """Why nothing may be accepted now: AT_LIMIT, NOT_ASKED, POOL_FULL or None."""

    def when_pool_has_room(self, go_on: Callable[[], object]) -> Callable[[], object]:
        """Call `go_on` once the pool has room; returns what calls that off."""

    def accepted(self, connection: Accepted, family: int, address: object) -> None:
        """Take a connection of this address family, and the address that accept gave with it."""


class Acceptor(Watched):
    """See the top of this file. `failed(error)` is called when nothing can be accepted any more."""

    __slots__ = (
        "_delay",
        "_failed",
        "_gate",
        "_kind",
        "_requeued",
        "_retries",
        "_sock",
        "_stop_waiting",
        "_timer",
        "_untried",
        "_vain",
        "state",
    )

    lane = FREE
    events = POLL_IN

    def __init__(
        self,
        owner: Owner,
        scheduler: Scheduler,
        sock: _socket.socket,
        ref: bool,
        gate: Gate,
        failed: Callable[[OSError], object],
    ) -> None:
        super().__init__(owner, scheduler, sock.fileno(), ref)
        self._sock = sock
        self._kind = sock.family, sock.type, sock.proto
        self._gate = gate
        self._failed = failed
        self.state: AcceptState = ACCEPTING
        self._delay = _FIRST_DELAY
        self._retries = _RETRIES
        self._timer: Timer | None = None
        #: Calls off the wait for room in the pool.
        self._stop_waiting: Callable[[], object] | None = None
        #: Whether this task runs because the last run expected another connection.
        self._requeued = False
        #: How often in a row it was not there, as the number of runs that do not look for it; how
        #: many of these are left.
        self._vain = self._untried = 0
        self.start()

    def _become(self, state: AcceptState) -> None:
        assert state in ACCEPT[self.state], (self.state, state)
        self.state = state

    def run(self) -> None:
        if not self.armed and not self.may_run():
            return
        requeued, self._requeued = self._requeued, False
        obstacle = self._gate.obstacle()
        if obstacle is not None:
            self._pause(obstacle)
            return
        try:
            descriptor, address = _accept(self._sock)
        except (BlockingIOError, InterruptedError):
            if requeued:
                self._vain = self._untried = min(2 * self._vain + 1, _MOST_UNTRIED)
            return
        except OSError as error:
            self._fail(error)
            return
        self._delay = _FIRST_DELAY
        self._retries = _RETRIES
        self._look_for_another(requeued)
        family, kind, protocol = self._kind
        connection = (
            descriptor
            if ONE_KIND_OF_DESCRIPTOR
            else _socket.socket(family, kind, protocol, descriptor)
        )
        self._gate.accepted(connection, family, address)

    def _look_for_another(self, requeued: bool) -> None:
        """Connections come in bursts: run once more in this batch, after the others.

        Where they come one by one, that accept is in vain (EAGAIN) and costs as much as a switch.
        So the more often in a row it was, the more rarely it is made. A connection that is there
        all the same makes the descriptor ready in the next poll.
        """
        if requeued:
            self._vain = 0
        if self._untried:
            self._untried -= 1
        else:
            self._requeued = True
            self.scheduler.requeue(self)

    # Errors.

    def _fail(self, error: OSError) -> None:
        if error.errno in _TRANSIENT and self._retries:
            self._retries -= 1
            self.scheduler.requeue(self)
        elif error.errno in _TRANSIENT or error.errno in _EXHAUSTED:
            # The descriptor stays ready.
            self._retries = _RETRIES
            self._pause(BACKING_OFF)
        else:
            self._failed(errors.system_error_from(error, "accept"))

    # Pausing.

    def _pause(self, reason: AcceptState) -> None:
        """Accept nothing until what stands for `reason` has passed."""
        self._become(reason)
        self._requeued = False
        self.stop()
        if reason is POOL_FULL:
            self._stop_waiting = self._gate.when_pool_has_room(partial(self._go_on, POOL_FULL))
        elif reason is BACKING_OFF:
            self._timer = Timer(self.scheduler, partial(self._go_on, BACKING_OFF), self._ref)
            self._timer.start(self._delay)
            self._delay = min(self._delay * 2, _LONGEST_DELAY)

    def _go_on(self, reason: AcceptState) -> None:
        """What the pause for `reason` waited for has come."""
        if self.state is reason:
            self._become(ACCEPTING)
            self._stop_waiting = None
            self._stop_timer()
            self.start()

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.stop()
            self._timer = None

    def look_again(self) -> None:
        """A connection has closed, the limit is another one, or somebody asks for a connection."""
        self._go_on(AT_LIMIT)
        self._go_on(NOT_ASKED)

    def close(self) -> None:
        self._become(CLOSED)
        self._stop_timer()
        if self._stop_waiting is not None:
            self._stop_waiting()
            self._stop_waiting = None
        super().close()
