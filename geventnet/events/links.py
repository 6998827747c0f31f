"""ReadyLinks: what makes an object one that gevent can wait for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from ..loop.scheduler import Scheduler

__all__ = ["ReadyLinks"]


class _HasReady(Protocol):
    def ready(self) -> bool: ...


class ReadyLinks:
    """The callbacks of `gevent.wait`, `iwait` and `joinall` for one object.

    They are called in the hub, where they must not block.
    """

    __slots__ = ("_callbacks", "_subject")

    def __init__(self, subject: _HasReady) -> None:
        self._subject = subject
        self._callbacks: list[Callable[[Any], object]] = []

    def add(self, callback: Callable[[Any], object], scheduler: Scheduler) -> None:
        """Call `callback(subject)` once the subject is ready."""
        if not callable(callback):
            raise TypeError(f"Expected callable: {callback!r}")
        self._callbacks.append(callback)
        if self._subject.ready():
            scheduler.run_callback(self._call, callback)

    def discard(self, callback: Callable[[Any], object]) -> None:
        """Undo `add`; nothing happens if it was not made."""
        if callback in self._callbacks:
            self._callbacks.remove(callback)

    def ready(self, scheduler: Scheduler) -> None:
        """The subject is ready now."""
        for callback in self._callbacks:
            scheduler.run_callback(self._call, callback)

    def _call(self, callback: Callable[[Any], object]) -> None:
        if callback in self._callbacks:
            self._callbacks.remove(callback)
            callback(self._subject)
