"""ClientService: a client that connects again, with back-off and jitter."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from contextlib import suppress
from types import TracebackType
from typing import TYPE_CHECKING, Any, ClassVar, Final, Self

import gevent
from gevent import Greenlet, Timeout
from greenlet import GreenletExit, getcurrent

from .. import errors
from ..arguments import values
from ..events.emitter import EVENTS, EventEmitter
from ..loop.current import this_scheduler
from ..loop.reports import report
from ..socket import Socket

if TYPE_CHECKING:
    # Those of its events, typed.
    from .events import ServiceEvents as _Base
else:
    _Base = EventEmitter

__all__ = ["ClientService", "backoff"]

_EVENTS: Final[Mapping[Hashable, int]] = {
    **EVENTS,
    "close": 0,
    "connect": 1,
    "disconnect": 2,
    "retry": 2,
}


def backoff(
    first: float = 1.0, most: float = 60.0, factor: float = 1.5, jitter: float = 0.25
) -> Callable[[int], float]:
    """How long to wait after so many failures in a row, in seconds, for a `ClientService`.

    `first` after the first, then `factor` times as long each time, `most` at most; each of them
    changed by chance by up to the part `jitter` of it, so that clients do not come all at once.
    Raises `ERR_OUT_OF_RANGE` and `ERR_INVALID_ARG_TYPE`.
    """
    first, most = values.seconds(first, "first"), values.seconds(most, "most")
    values.number(factor, "factor", 1)
    values.number(jitter, "jitter", 0, 1)
    # Not all programs need it, and it is large.
    import random

    def delay(failures: int) -> float:
        try:
            grown = first * factor ** max(0, failures - 1)
        except OverflowError:
            grown = most
        return min(grown, most) * random.uniform(1 - jitter, 1 + jitter)

    return delay


#: Since when a connection was open, if it was, and the error that ended it.
_Outcome = tuple[float | None, BaseException | None]


class ClientService(_Base):
    """Keeps a connection: connects again when it cannot connect, and when the connection is lost.

    `connect()` returns a Socket that is connecting, for example
    `lambda: net.connect(6379, "127.0.0.1", connect_timeout=5)`. `handler(socket)`, if there is one,
    runs for each connection and may block; the socket is closed when it returns. `policy(failures)`
    says how many seconds to wait before the next attempt (see `backoff`). A connection that was
    lost sooner than the last wait took counts as a failure too. After `max_failures` of them in a
    row (None is no limit) the service gives up.

    Emits `'connect'` with each Socket, `'disconnect'` with the Socket and the error or None,
    `'retry'` with the delay in seconds and the error or None, `'error'` when it gives up, `'close'`
    when it has stopped. `wait("connect")` returns the Socket of the open connection, or of the
    next. An exception out of a handler or a listener is reported, and counts as a lost connection.
    The model is Twisted's ClientService.
    """

    __slots__ = (
        "_net_connect",
        "_net_handler",
        "_net_limit",
        "_net_policy",
        "_net_runner",
        "socket",
    )

    _net_event_arguments: ClassVar[Mapping[Hashable, int]] = _EVENTS

    #: The Socket of the open connection, None if there is none.
    socket: Socket | None

    def __init__(
        self,
        connect: Callable[[], Socket],
        *,
        handler: Callable[[Socket], object] | None = None,
        policy: Callable[[int], float] | None = None,
        max_failures: int | None = None,
    ) -> None:
        values.function(connect, "connect")
        if handler is not None:
            values.function(handler, "handler")
        if max_failures is not None:
            values.int32(max_failures, "max_failures", 1)
        super().__init__()
        self._net_connect = connect
        self._net_handler = handler
        self._net_policy = backoff() if policy is None else values.function(policy, "policy")
        self._net_limit = max_failures
        self._net_runner: Greenlet[..., None] | None = None
        self.socket = None

    # Starting and stopping.

    @property
    def running(self) -> bool:
        """Whether the service was started, and has not stopped."""
        return self._net_runner is not None

    def start(self) -> Self:
        """Begin to connect; never blocks. Raises `ERR_INVALID_STATE` if it runs already."""
        if self._net_runner is not None:
            raise errors.NetRuntimeError("The service runs already", "ERR_INVALID_STATE")
        self._net_runner = Greenlet.spawn(self._net_run)
        return self

    def stop(self) -> None:
        """Connect no more; send what was written, close the connection and block until then.

        A handler that still runs is killed. `'close'` follows. On a service that does not run it
        does nothing.
        """
        runner, sock = self._net_runner, self.socket
        if runner is None:
            return
        if runner is getcurrent():
            raise GreenletExit
        runner.kill()
        if self._net_runner is runner:
            # It had not begun.
            self._net_runner = None
            self._net_tell("close")
        if sock is not None and not sock.destroyed:
            with suppress(OSError, errors.NetError):
                sock.wait("close")

    def __enter__(self) -> Self:
        """`start()`."""
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """`stop()`."""
        self.stop()

    def _net_holds(self, event: Hashable) -> tuple[Any, ...] | None:
        if event == "connect" and self.socket is not None and not self.socket.destroyed:
            return (self.socket,)
        return None

    # The service's greenlet.

    def _net_run(self) -> None:
        failures = 0
        delay = 0.0
        clock = this_scheduler().fresh_clock
        try:
            while True:
                since, error = self._net_one_connection(clock)
                failures = 0 if since is not None and clock() - since >= delay else failures + 1
                if self._net_limit is not None and failures >= self._net_limit:
                    self._net_runner = None
                    if error is None:
                        error = errors.stream_premature_close()
                    self._net_tell("error", error)
                    return
                delay = self._net_policy(max(1, failures))
                self._net_tell("retry", delay, error)
                gevent.sleep(delay)
        finally:
            if self._net_runner is getcurrent():
                # Else a listener of 'error' has started it again.
                self._net_runner = None
            self._net_tell("close")

    def _net_one_connection(self, clock: Callable[[], float]) -> _Outcome:
        """One connection: since when it was open, if it was, and what it has failed with."""
        since: float | None = None
        sock: Socket | None = None
        try:
            sock = self._net_connect()
            sock.wait("connect")
            since = clock()
            self.socket = sock
            self.emit("connect", sock)
            if self._net_handler is not None:
                self._net_handler(sock)
                sock.close()
            else:
                sock.wait("close")
        except (OSError, EOFError, errors.NetError) as error:
            return since, error
        except GreenletExit:
            if sock is not None and not sock.connecting:
                sock.destroy_soon()
                sock = None
            raise
        except (Exception, Timeout) as error:
            report(error, self, None)
            return since, error
        finally:
            if sock is not None and not sock.destroyed:
                sock.destroy()
            if self.socket is not None:
                lost, self.socket = self.socket, None
                self._net_tell("disconnect", lost, lost.errored)
        return since, None

    def _net_tell(self, event: Any, *args: object) -> None:
        """Emit an event whose listeners must not end the service."""
        try:
            self.emit(event, *args)
        except (Exception, Timeout) as error:
            report(error, self, None)
