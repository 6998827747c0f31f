"""Listening: one listen of a Server, from `listen()` to `'close'`.

Each `listen()` begins another, perhaps in the same step as `close()`. What was deferred for the
last one finds it `over`: its look-up and its signal are dropped, and its `'error'` and its
`'close'` are told to the listeners only, in Node's order.

`LISTEN` says which state may follow which; `_become` makes the transition. There is a bound socket,
and an acceptor, exactly while the state is LISTENING.
"""

from __future__ import annotations

import _socket
from collections.abc import Callable, Mapping
from enum import Enum
from functools import partial
from typing import Final, Protocol

from gevent import Greenlet

from .. import errors
from ..addresses import resolve
from ..addresses.info import is_ip
from ..addresses.resolve import Address
from ..events.abort import AbortSignal, on_abort
from ..loop.scheduler import Scheduler
from ..loop.tasks import FREE, Owner
from .acceptor import Acceptor, Gate
from .bind import Binding, Bound, bind
from .source import source_for
from .target import ByHost, Target

__all__ = ["LISTEN", "Host", "ListenState", "Listening"]


class ListenState(Enum):
    """What has become of a `listen()`."""

    #: Nobody has called it yet, or it has failed.
    IDLE = "idle"
    #: The address of the host is being found, or the socket to listen on is on its way.
    RESOLVING = "resolving"
    #: It has failed; `'error'` is due.
    FAILED = "failed"
    #: There is a bound socket, and an acceptor.
    LISTENING = "listening"
    #: `close()` was called; `'close'` is due when the last connection has closed.
    CLOSING = "closing"
    #: `'close'` was emitted.
    CLOSED = "closed"


IDLE = ListenState.IDLE
RESOLVING = ListenState.RESOLVING
FAILED = ListenState.FAILED
LISTENING = ListenState.LISTENING
CLOSING = ListenState.CLOSING
CLOSED = ListenState.CLOSED

LISTEN: Final[Mapping[ListenState, frozenset[ListenState]]] = {
    # A server that does not listen can be closed as well, with ERR_SERVER_NOT_RUNNING.
    IDLE: frozenset((RESOLVING, FAILED, LISTENING, CLOSED)),
    RESOLVING: frozenset((IDLE, FAILED, LISTENING, CLOSING)),
    FAILED: frozenset((IDLE, CLOSING)),
    # In a forked child it is IDLE, or CLOSED.
    LISTENING: frozenset((IDLE, CLOSING)),
    CLOSING: frozenset((CLOSED,)),
    CLOSED: frozenset(),
}


class Host(Protocol):
    """The server, as one of its listens knows it."""

    ref: bool

    @property
    def server(self) -> object: ...

    @property
    def gate(self) -> Gate: ...

    def close_server(self) -> None:
        """Close the server, as the program would."""

    def drain_server(self, timeout: float | None) -> object:
        """Drain the server, as the program would; blocks."""

    def has_bound(self) -> None:
        """It listens; `'listening'` is due."""

    def tell_listening(self) -> None: ...

    def tell_failure(self, listening: Listening, error: BaseException) -> None:
        """This listen has failed."""

    def accept_failed(self, error: OSError) -> None:
        """Nothing can be accepted any more."""


class Listening(Owner):
    """See the top of this file."""

    __slots__ = (
        "_acceptor",
        "_forget_signal",
        "_host",
        "_scheduler",
        "_withdraw",
        "bound",
        "close_due",
        "over",
        "state",
    )

    def __init__(self, host: Host, scheduler: Scheduler) -> None:
        super().__init__()
        self._host = host
        self._scheduler = scheduler
        self.state: ListenState = IDLE
        self.bound: Bound | None = None
        self._acceptor: Acceptor | None = None
        self._forget_signal: Callable[[], None] | None = None
        #: Takes back what the source was asked for.
        self._withdraw: Callable[[], object] | None = None
        #: Whether `'close'` is about to be emitted.
        self.close_due: bool = False
        #: Another listen has begun.
        self.over: bool = False

    def __repr__(self) -> str:
        return repr(self._host)

    @property
    def subject(self) -> object:
        return self._host.server

    def _become(self, state: ListenState) -> None:
        assert state in LISTEN[self.state], (self.state, state)
        self.state = state

    @property
    def is_wanted(self) -> bool:
        """Whether the server listens, or was told to and has not failed yet."""
        return self.state in (RESOLVING, FAILED, LISTENING)

    @property
    def is_ended(self) -> bool:
        """Whether nothing of it is left, except perhaps a `'close'` without connections."""
        return self.over or self.state not in (LISTENING, CLOSING)

    # Beginning.

    def start(self, target: Target) -> None:
        """Listen; an error is told later."""
        if isinstance(target, ByHost):
            self._become(RESOLVING)
            self._resolve(target)
        elif isinstance(target, Binding):
            self._bind(target)
        else:
            self._listen(target)

    def _resolve(self, target: ByHost) -> None:
        host = target.host
        call_soon = self._scheduler.call_soon
        family = is_ip(host)
        if family:
            call_soon(self, FREE, self._bind_at, target, Address(host, family))
            return

        def look_up() -> None:
            # There is an answer whatever ends this greenlet: a Timeout, a kill.
            error: Exception | None = errors.lookup_error(_socket.EAI_FAIL, host)
            address = Address("", 0)
            try:
                address = resolve.lookup(host)[0]
                error = None
            except Exception as failure:
                error = failure
            finally:
                if error is None:
                    call_soon(self, FREE, self._bind_at, target, address)
                else:
                    call_soon(self, FREE, self._look_up_failed, error)

        Greenlet.spawn(look_up)

    def _look_up_failed(self, error: Exception) -> None:
        if self.state is RESOLVING and not self.over:
            self._forget()
            self._tell_failure(error)

    def _bind_at(self, target: ByHost, address: Address) -> None:
        if self.state is RESOLVING and not self.over:
            self._bind(target.at(address))

    def _bind(self, binding: Binding) -> None:
        source = source_for(self._scheduler)
        if source is None:
            self._listen(partial(bind, binding))
            return
        if self.state is not RESOLVING:
            self._become(RESOLVING)
        self._withdraw = source.bind(binding, self._bound_elsewhere)

    def _bound_elsewhere(self, answer: Bound | OSError) -> None:
        self._withdraw = None
        self._listen(partial(_taken, answer))

    def _listen(self, take: Callable[[], Bound]) -> None:
        try:
            bound = take()
        except OSError as error:
            self._forget()
            self._become(FAILED)
            # The program may keep the error, whose traceback would keep the server.
            failure = error.with_traceback(None)
            self._scheduler.call_soon(self, FREE, self._tell_failure, failure)
            return
        self.bound = bound
        self._become(LISTENING)
        host, scheduler = self._host, self._scheduler
        host.has_bound()
        scheduler.enroll(self)
        self._acceptor = Acceptor(
            self, scheduler, bound.sock, host.ref, host.gate, host.accept_failed
        )
        scheduler.call_soon(self, FREE, host.tell_listening)
        source = source_for(scheduler)
        if source is not None:
            source.listens(bound)

    def _tell_failure(self, error: BaseException) -> None:
        if self.state in (RESOLVING, FAILED):
            self._become(IDLE)
        self._host.tell_failure(self, error)

    # The signal.

    def obey(self, signal: AbortSignal) -> None:
        """Close the server when `signal` aborts."""

        def abort() -> None:
            if not self.over:
                self._forget_signal = None
                self._host.close_server()

        if signal.aborted:
            self._scheduler.call_soon(self, FREE, abort)
        else:
            self._forget_signal = on_abort(signal, abort, self._scheduler)

    def _forget(self) -> None:
        """The signal has nothing to close any more."""
        if self._forget_signal is not None:
            self._forget_signal()
            self._forget_signal = None

    # Accepting.

    def look_again(self) -> None:
        """What kept the server from accepting may have passed."""
        if self._acceptor is not None:
            self._acceptor.look_again()

    def set_ref(self, ref: bool) -> None:
        """Whether listening keeps the program running."""
        if self._acceptor is not None:
            self._acceptor.set_ref(ref)

    # Ending.

    @property
    def drained_by(self) -> Callable[[float | None], object]:
        return self._host.drain_server

    def close(self) -> None:
        """Accept no more; nothing happens if there is nothing to close."""
        self._forget()
        if self.is_wanted:
            self._become(CLOSING)
        withdraw, self._withdraw = self._withdraw, None
        if withdraw is not None:
            withdraw()
        bound = self._release()
        if bound is not None:
            bound.close()

    def _release(self) -> Bound | None:
        """Touch the bound socket no more, and return it."""
        bound, self.bound = self.bound, None
        acceptor, self._acceptor = self._acceptor, None
        if acceptor is not None:
            acceptor.close()
            self._scheduler.dismiss(self)
        return bound

    def closed(self) -> None:
        """`'close'` is about to be emitted."""
        if self.state is not CLOSED:
            self._become(CLOSED)

    def end_here(self) -> None:
        """Another listen begins."""
        self.over = True
        self._forget()

    def leave_to_parent(self) -> _socket.socket | None:
        """In a forked child: listen no more; what the parent listens on, which nobody closes."""
        self._forget()
        bound = self._release()
        if self.is_wanted:
            self._become(IDLE)
        elif self.state is CLOSING:
            self._become(CLOSED)
        # The file of a Unix socket is the parent's to remove.
        return None if bound is None else bound.sock

    def abandon(self) -> None:
        """The hub is about to be destroyed."""
        self.close()
        self.closed()


def _taken(answer: Bound | OSError) -> Bound:
    if isinstance(answer, OSError):
        raise answer
    return answer
