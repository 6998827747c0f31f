"""Session: what the blocking calls of one life of a stream share.

A greenlet waits for a condition on the stream's state (`park`), which is looked at again at every
change of that state, and once more by the greenlet when it runs. Being woken means nothing by
itself: a greenlet that a timeout or a kill throws out of its wait leaves nothing behind.
"""

from __future__ import annotations

import errno
from collections.abc import Callable
from typing import Any, Final, Protocol, TypeVar

from greenlet import greenlet

from .. import errors
from ..loop.waiting import Conditions, limited
from ..stream.life import Life
from ..stream.read_side import ReadSide
from ..stream.states import DESTROYED, LIFE_CLOSED
from ..stream.write_side import WriteSide
from ..transport.handles import Handle
from ..transport.protocol import Transport

__all__ = ["NO_LINK", "Blockable", "Session", "misuse"]

_T = TypeVar("_T")


class Limiting(Protocol):
    """What the program has asked for."""

    @property
    def first_limit(self) -> float | None: ...


class Linked(Protocol):
    """The link to a connection, as the calls know it."""

    transport: Transport | None

    @property
    def connecting(self) -> bool: ...
    @property
    def has_handle(self) -> bool: ...
    def time_to_connect(self) -> float | None: ...
    @property
    def handle(self) -> Handle | None: ...
    def touch(self) -> None: ...
    def prepare_to_write(self) -> None: ...
    def destroy_soon(self) -> None: ...


class Blockable(Linked, Protocol):
    """What blocking calls work on."""

    life: Life
    reader: ReadSide

    @property
    def writer(self) -> WriteSide: ...
    @property
    def settings(self) -> Limiting: ...


class _NoLink:
    """The link of a connection that has closed."""

    __slots__ = ()

    transport: Transport | None = None
    connecting: bool = False
    has_handle: bool = False
    handle: Handle | None = None

    def time_to_connect(self) -> None: ...
    def touch(self) -> None: ...
    def prepare_to_write(self) -> None: ...
    def destroy_soon(self) -> None: ...


NO_LINK: Final = _NoLink()


class Session:
    """See the top of this file."""

    __slots__ = (
        "closing",
        "files",
        "kept",
        "life",
        "limit",
        "link",
        "reader",
        "receiver",
        "writer",
    )

    def __init__(self, link: Blockable) -> None:
        self.link: Linked = link
        self.life: Life = link.life
        self.reader: ReadSide = link.reader
        self.writer: WriteSide = link.writer
        #: Seconds for each call; None is no limit, 0 does not block.
        self.limit: float | None = link.settings.first_limit
        #: The error that the stream was destroyed with, until a call raises it.
        self.kept: BaseException | None = None
        #: The greenlet that waits for bytes.
        self.receiver: greenlet | None = None
        #: How many files of `makefile()` are open: a `close()` waits for them.
        self.files: int = 0
        self.closing: bool = False

    def begin(self) -> None:
        """What every blocking call begins with."""
        self.life.scheduler.check_blocking()

    def limited(self, name: str, call: Callable[..., _T], *args: Any) -> _T:
        """Make a call within the limit of `settimeout`."""
        limit = self.limit
        return limited(name, limit, call, *args) if limit else call(*args)

    def without_waiting(self, call: Callable[..., _T], *args: Any) -> _T:
        """Make a call that raises `BlockingIOError` where it would have to wait."""
        before, self.limit = self.limit, 0
        try:
            return call(*args)
        finally:
            self.limit = before

    @property
    def is_over(self) -> bool:
        """Whether the connection that the calls are made on has ended; there may be another."""
        life = self.life
        return life.over or life.state >= DESTROYED

    def await_connection(self, operation: str) -> None:
        """Block until the connection stands that is being made; raise if it fails."""
        link, life = self.link, self.life
        while link.connecting and not life.over:
            left = link.time_to_connect()
            try:
                limited("connect()", left, self.park, lambda: life.over or not link.connecting)
            except errors.TimedOut as error:
                if link.connecting and link.time_to_connect() == 0:
                    # The caller has it.
                    life.error_emitted = True
                    life.stream.destroy(error)
                raise
            if self.is_over:
                raise self.failure(operation)

    def check_open(self, operation: str) -> None:
        """Block until there is a connection; raise if there is none."""
        if self.is_over:
            raise self.failure(operation)
        self.await_connection(operation)
        if self.is_over:
            raise self.failure(operation)
        if not self.link.has_handle:
            raise errors.system_error(errno.ENOTCONN, operation)

    def failure(self, operation: str) -> BaseException:
        """What a call that does `operation` raises on a socket that failed or was destroyed."""
        life = self.life
        if life.errored is not None and life.state < DESTROYED and not life.over:
            # What would do it may wait for the very lane that the caller holds.
            life.stream.destroy(life.errored)
        while (
            not life.over
            and life.errored is not None
            and not life.error_emitted
            and life.state is not LIFE_CLOSED
        ):
            # `Life.emit_error` decides who gets the error, and is still due.
            self.park(lambda: life.over or life.error_emitted or life.state is LIFE_CLOSED)
        kept, self.kept = self.kept, None
        return kept if kept is not None else errors.system_error(errno.EBADF, operation)

    def offer_error(self, error: BaseException) -> bool:
        """Give `error` to the greenlets in blocking calls; False if there are none."""
        if self.receiver is None and not self.life.conditions:
            return False
        self.kept = error
        self.life.changed()
        return True

    def park(self, ready: Callable[[], bool]) -> None:
        """Block the calling greenlet until `ready()` was true after a change."""
        if ready():
            return
        if self.limit == 0:
            raise errors.would_block()
        life = self.life
        if life.conditions is None:
            life.conditions = Conditions(life.scheduler)
        life.conditions.wait(ready)


def misuse(message: str) -> errors.NetRuntimeError:
    return errors.NetRuntimeError(message, "ERR_INVALID_STATE")
