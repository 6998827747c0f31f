"""Exceptions that nobody took: those that reach the error handling of a hub or the library's hook.

gevent reports an exception of a greenlet as soon as the greenlet ends, before anybody could ask for
it. Who asks later (`get()`, `joinall(raise_error=True)`, `Pool.map`) raises it again, and that
changes its traceback: an exception whose traceback is still the reported one was taken by nobody.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from types import TracebackType
from typing import Any

import gevent
from gevent.hub import Hub

from ..loop.reports import set_error_hook

__all__ = ["Unhandled", "unhandled"]

#: Iterations in which what is ready raises what it will raise: a greenlet that another one
#: starts, which the caller has started.
_TURNS = 3


class Unhandled(list[BaseException]):
    """The exceptions that reached a hub's error handling, in that order."""

    def __init__(self) -> None:
        super().__init__()
        self._reported: dict[int, tuple[BaseException, TracebackType | None, str]] = {}

    def accept(
        self, kind: type[BaseException] = BaseException, match: str | None = None
    ) -> list[BaseException]:
        """Take out, and return, the exceptions of a kind.

        With `match`, only those whose text has that regular expression. Raises AssertionError if
        there is none.
        """
        accepted = [
            error
            for error in self
            if isinstance(error, kind) and (match is None or re.search(match, str(error)))
        ]
        if not accepted:
            wanted = kind.__name__ + ("" if match is None else f" that matches {match!r}")
            raise AssertionError(f"no {wanted} among {list(self)!r}")
        self[:] = [error for error in self if all(error is not one for one in accepted)]
        return accepted

    def raise_rest(self) -> None:
        """Forget all of them, and raise those that nobody took as one exception group.

        What is ready to run runs before.
        """
        for _ in range(_TURNS):
            gevent.sleep(0)
        rest, reported = self[:], self._reported
        self.clear()
        self._reported = {}
        raised = []
        for error in rest:
            _, traceback, context = reported.get(id(error), (error, error.__traceback__, ""))
            if error.__traceback__ is traceback:
                if context:
                    error.add_note(f"in {context}")
                raised.append(error)
        if raised:
            count = f"{len(raised)} exceptions" if len(raised) > 1 else "an exception"
            raise BaseExceptionGroup(f"{count} that nobody took", raised)

    def add(self, context: object, error: BaseException) -> None:
        """`error` was reported for `context`: a greenlet, a socket, a callback."""
        self._reported[id(error)] = (error, error.__traceback__, _described(context))
        self.append(error)


def _described(context: object) -> str:
    try:
        return "" if context is None else repr(context)
    except Exception:
        return object.__repr__(context)


@contextlib.contextmanager
def unhandled() -> Iterator[Unhandled]:
    """Collect the exceptions of greenlets, handlers and listeners that nobody takes.

    All threads are looked at. Gives the list that they are put in; no traceback is printed. On
    leaving, what is ready to run runs, and then those that nobody took, neither the program nor
    `accept()`, are raised as an `ExceptionGroup`. An exception out of the body is passed on
    instead. KeyboardInterrupt, SystemExit and SystemError go where they always go.
    """
    with collecting() as errors:
        yield errors
        errors.raise_rest()


@contextlib.contextmanager
def collecting() -> Iterator[Unhandled]:
    """`unhandled`, with the raising left to whoever asks."""
    collected = Unhandled()
    ordinary: Any = Hub.handle_error

    def handle_error(hub: Any, context: object, kind: Any, value: Any, traceback: Any) -> None:
        if issubclass(kind, Hub.SYSTEM_ERROR + Hub.NOT_ERROR):
            ordinary(hub, context, kind, value, traceback)
        else:
            error: BaseException = value if isinstance(value, BaseException) else kind(value)
            collected.add(context, error.with_traceback(traceback))

    replace: Any = Hub
    replace.handle_error = handle_error
    hook = set_error_hook(lambda report: collected.add(report.source, report.error))
    try:
        yield collected
    finally:
        set_error_hook(hook)
        replace.handle_error = ordinary
