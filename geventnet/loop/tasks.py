"""Tasks: the steps of work that a dispatcher runs, and whom they belong to."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

__all__ = [
    "FREE",
    "READ",
    "WRITE",
    "Deferred",
    "Owner",
    "Step",
    "Task",
    "deferred",
    "is_transport_step",
]

#: Tasks of one owner in the READ lane wait for each other, so do those of WRITE; FREE waits for
#: nobody.
FREE = 0
READ = 1
WRITE = 2


class Owner:
    """Whom tasks belong to: a stream's life, a server's, a signal's.

    `busy` has a bit for each lane that a blocked listener holds; the tasks of those lanes are in
    `waiting` until it returns.
    """

    __slots__ = ("busy", "waiting")

    busy: int
    waiting: list[Task] | None

    def __init__(self) -> None:
        self.busy = 0
        self.waiting = None

    @property
    def is_connection(self) -> bool:
        """Whether the owner is a connection that a program should not end with."""
        return False

    @property
    def subject(self) -> object:
        """Whom the program knows the owner as."""
        return self

    @property
    def peer_name(self) -> str | None:
        """The other end of the owner's connection, if it has a name."""
        return None

    @property
    def drained_by(self) -> Callable[[float | None], object] | None:
        """What ends it within so many seconds when the program is told to end; it blocks."""
        return None

    def listener_failed(self, error: BaseException | None) -> None:
        """A listener of this owner raised `error`; None if it was killed."""

    def forked(self) -> None:
        """This process is a fork of the one that the owner's descriptor belongs to."""

    def hub_destroyed(self) -> None:
        """The hub is about to be destroyed: close, and tell nobody."""


class Task:
    """A step of work for a dispatcher."""

    __slots__ = ("owner",)

    owner: Owner
    lane: int = FREE

    def run(self) -> None:
        raise NotImplementedError

    def suspend(self) -> None:
        """The lane is held by a listener: nothing makes this task ready until it has run."""


class Deferred(Task):
    """A call that is made after the current step, in the lane that it belongs to."""

    __slots__ = ("args", "function", "lane")

    lane: int
    function: Callable[..., object]
    args: tuple[Any, ...]

    def run(self) -> None:
        self.function(*self.args)

    def __repr__(self) -> str:
        return f"{getattr(self.function, '__name__', 'call')} of {self.owner!r}"


_new: Final = object.__new__


def deferred(
    owner: Owner, lane: int, function: Callable[..., object], args: tuple[Any, ...]
) -> Deferred:
    """Make a Deferred. An `__init__` would be called through C, which costs more than the rest."""
    call = _new(Deferred)
    call.owner = owner
    call.lane = lane
    call.function = function
    call.args = args
    return call


class Step(Task):
    """A step of a transport that stands on no watcher; see `transport.protocol`.

    It delivers in the READ lane, or tells in the FREE lane what became of a write.
    """

    __slots__ = ("function", "lane")

    def __init__(self, owner: Owner, lane: int, function: Callable[[], object]) -> None:
        self.owner = owner
        self.lane: int = lane
        self.function: Callable[[], object] = function

    def run(self) -> None:
        self.function()

    def __repr__(self) -> str:
        return f"step of {self.owner!r}"


def is_transport_step(task: Task | None) -> bool:
    """Whether `task` moves bytes, and waits for no lane."""
    return task is not None and task.lane == FREE and not isinstance(task, Deferred)
