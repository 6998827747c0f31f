"""Sequencer: greenlets that take turns in the order that a test says."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from gevent.event import Event

__all__ = ["Sequencer"]


class Sequencer:
    """Lets blocks of code run in the order of their numbers, whichever greenlet they are in.

    `with sequence(2): ...` blocks the calling greenlet until the blocks 0 and 1 are done. Each
    number is used once. If a block is cut short while it waits, those after it can never run: they
    raise `RuntimeError`, and so does every later one.
    """

    def __init__(self) -> None:
        self._claimed: set[int] = set()
        self._done: dict[int, Event] = {}
        self._is_broken = False

    @contextmanager
    def __call__(self, position: int) -> Iterator[None]:
        if position in self._claimed:
            raise RuntimeError(f"the sequence has a block {position} already")
        self._claimed.add(position)
        self._check(position)
        if position:
            before = self._event(position - 1)
            try:
                before.wait()
            except BaseException:
                self._break()
                raise
            self._check(position)
        try:
            yield
        finally:
            self._event(position).set()

    def _event(self, position: int) -> Event:
        return self._done.setdefault(position, Event())

    def _check(self, position: int) -> None:
        if self._is_broken:
            raise RuntimeError(f"block {position} cannot run: one before it was cut short")

    def _break(self) -> None:
        self._is_broken = True
        for event in self._done.values():
            event.set()
