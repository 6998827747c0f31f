"""Which of gevent's loops the tests run on, and what libuv asks of its watchers."""

from __future__ import annotations

import warnings
from typing import Any, Final

import gevent

__all__ = ["ON_LIBUV", "warn_of_unclosed_watchers"]

ON_LIBUV: Final = "libuv" in type(gevent.get_hub().loop).__module__


def warn_of_unclosed_watchers() -> None:
    """Warn of a watcher that is freed and was not closed: libuv goes on using its memory.

    The crash comes later and elsewhere. The watcher is closed, so that there is none.
    """
    from gevent.libuv import watcher

    def close_late(self: Any) -> None:
        if self._watcher:
            shown = repr(self)
            self.close()
            warnings.warn(f"{shown} was not closed", ResourceWarning, 2, self)

    kinds: Any = ("async_", "check", "idle", "io", "signal", "stat", "timer")
    for kind in (getattr(watcher, name) for name in kinds):
        kind.__del__ = close_late
