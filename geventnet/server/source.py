"""Source: where the socket that a server listens on comes from.

It is bound here, in this process, unless a source is in use: a process among several that share
their listening sockets gets it from where they are held.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from ..loop.scheduler import Scheduler
from .bind import Binding, Bound

__all__ = ["Answer", "Source", "source_for", "use_source"]

#: Takes the socket, or the error that the server emits.
Answer = Callable[[Bound | OSError], object]


class Source(Protocol):
    """Binds for the servers of this process, and hears of it."""

    def serves(self, scheduler: Scheduler) -> bool:
        """Whether it binds for the servers of this hub."""

    def bind(self, binding: Binding, answer: Answer) -> Callable[[], object]:
        """Call `answer` once, in the hub's thread, later or never.

        What it returns withdraws that, as long as there is no answer.
        """

    def listens(self, bound: Bound) -> None:
        """A server of this hub does, on what was bound through it or on a handle."""


_source: Source | None = None


def use_source(source: Source | None) -> None:
    """Bind through `source` from now on; None binds here again."""
    global _source
    _source = source


def source_for(scheduler: Scheduler) -> Source | None:
    """What binds for the servers of a hub; None is this process."""
    source = _source
    if source is None or not source.serves(scheduler):
        return None
    return source
