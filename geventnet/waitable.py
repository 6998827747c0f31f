"""Waitable: what gevent can wait for with `gevent.wait`, `iwait` and `joinall`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .events import EventEmitter

__all__ = ["Waitable"]


class Waitable(EventEmitter):
    """An emitter that is ready, in gevent's sense, when it is closed."""

    __slots__ = ()

    _links: list[Callable[[Any], object]] | None
    _turn: Any

    def _check_thread(self) -> None:
        self._turn.check_thread()

    def ready(self) -> bool:
        """Whether `'close'` was emitted, and nothing has begun anew since."""
        raise NotImplementedError

    def rawlink(self, callback: Callable[[Any], object]) -> None:
        """Call `callback(self)` in the hub, where it must not block, once this is ready.

        For `gevent.wait()` and its kin; `on("close", listener)` is for everything else.
        """
        self._check_thread()
        if not callable(callback):
            raise TypeError(f"Expected callable: {callback!r}")
        if self.ready():
            self._turn.loop.run_callback(self._call_link, callback)
        if self._links is None:
            self._links = []
        self._links.append(callback)

    def unlink(self, callback: Callable[[Any], object]) -> None:
        """Undo `rawlink`; nothing happens if it was not made."""
        self._check_thread()
        if self._links is not None and callback in self._links:
            self._links.remove(callback)

    def _call_links(self) -> None:
        """It is ready now."""
        for callback in self._links or ():
            self._turn.loop.run_callback(self._call_link, callback)

    def _call_link(self, callback: Callable[[Any], object]) -> None:
        if self._links is not None and callback in self._links:
            self._links.remove(callback)
            callback(self)
