"""Callbacks: those of several writes, of which each is called whatever the others raise."""

from __future__ import annotations

from ..loop.tasks import WRITE
from .life import Life
from .seams import Callback

__all__ = ["call_all", "shared"]


def call_all(life: Life, callbacks: list[Callback], error: BaseException | None) -> None:
    """Call every callback with `error`; those behind one that raises are called later."""
    for index, callback in enumerate(callbacks):
        try:
            callback(error)
        except BaseException:
            rest = callbacks[index + 1 :]
            if rest:
                life.scheduler.call_soon(life, WRITE, call_all, life, rest, error)
            raise


def shared(life: Life, callbacks: list[Callback]) -> Callback | None:
    """One callback for a write that was made of several."""
    if len(callbacks) < 2:
        return callbacks[0] if callbacks else None
    return lambda error: call_all(life, callbacks, error)
