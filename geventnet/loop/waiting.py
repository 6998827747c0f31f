"""Greenlets that wait: one Waiter each, and the lists they stand in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Generic, Protocol, TypeVar

from gevent import Timeout
from gevent.hub import Waiter as _HubWaiter

from .. import errors

__all__ = ["Conditions", "WaitList", "Waiter", "countdown", "limited"]

_K = TypeVar("_K")
_T = TypeVar("_T")


class _Waking(Protocol):
    """The scheduler, as a waiter knows it."""

    @property
    def hub(self) -> Any: ...
    def check_blocking(self) -> None: ...
    def check_thread(self) -> None: ...
    def wake(self, switch: Callable[..., object], value: object) -> None: ...


def limited(name: str, limit: float | None, call: Callable[..., _T], *args: Any) -> _T:
    """Make a call; raises `TimeoutError` if it takes longer than `limit` seconds."""
    if limit is None:
        return call(*args)
    timer = Timeout.start_new(limit)
    try:
        return call(*args)
    except Timeout as expired:
        if expired is not timer:
            raise
        raise errors.took_longer(name, limit) from None
    finally:
        timer.close()


def countdown(clock: Callable[[], float], limit: float | None) -> Callable[[], float | None]:
    """What tells how much of `limit` is left, in seconds from now on; None is no limit."""
    if limit is None:
        return lambda: None
    end = clock() + limit
    return lambda: max(0.0, end - clock())


class Waiter:
    """Where one greenlet waits for one value, or for an exception.

    Both may be given from any greenlet, before or after the wait begins; a greenlet that was thrown
    out of the wait by a timeout or a kill is not reached by them any more.
    """

    __slots__ = ("_scheduler", "_waiter")

    def __init__(self, scheduler: _Waking) -> None:
        self._scheduler = scheduler
        self._waiter: Any = _HubWaiter(scheduler.hub)

    def wait(self, timeout: float | None = None, what: str = "") -> Any:
        """Block the calling greenlet; raises `TimeoutError` after `timeout` seconds."""
        self._scheduler.check_blocking()
        return limited(what, timeout, self._waiter.get)

    def wake(self, value: object = None) -> None:
        self._scheduler.wake(self._waiter.switch, value)

    def fail(self, error: BaseException) -> None:
        self._scheduler.wake(self._waiter.throw, error)


class WaitList(Generic[_K]):
    """Greenlets that wait, each for what its key stands for."""

    __slots__ = ("_entries", "_scheduler")

    def __init__(self, scheduler: _Waking) -> None:
        self._scheduler = scheduler
        self._entries: list[tuple[_K, Waiter]] = []

    def __len__(self) -> int:
        return len(self._entries)

    def __iter__(self) -> Iterator[tuple[_K, Waiter]]:
        return iter(self._entries[:])

    def wait(
        self,
        key: _K,
        timeout: float | None = None,
        what: str = "",
        begin: Callable[[], object] | None = None,
    ) -> Any:
        """Block the calling greenlet until its waiter is woken; leaves nothing in the list.

        `begin` is called once the greenlet stands in the list.
        """
        entry = key, Waiter(self._scheduler)
        self._entries.append(entry)
        try:
            if begin is not None:
                begin()
            return entry[1].wait(timeout, what)
        finally:
            if entry in self._entries:
                self._entries.remove(entry)

    def check_thread(self) -> None:
        """Raise in another thread than that of the greenlets that wait."""
        if self._entries:
            self._scheduler.check_thread()

    def remove(self, entry: tuple[_K, Waiter]) -> None:
        """Take an entry out, which nobody wakes any more."""
        self._entries.remove(entry)


class Conditions(WaitList[Callable[[], bool]]):
    """Greenlets that wait until a condition on some state holds.

    The condition is looked at again at every change of that state, and once more by the greenlet
    when it runs: being woken means nothing by itself.
    """

    __slots__ = ()

    def changed(self) -> None:
        """The state has changed: wake those whose condition holds."""
        for condition, waiter in self._entries:
            if condition():
                waiter.wake()

    def wake_all(self) -> None:
        """Let everybody look again."""
        for _, waiter in self._entries:
            waiter.wake()
