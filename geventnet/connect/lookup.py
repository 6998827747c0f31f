"""Look-ups that the program makes itself: `lookup=`."""

from __future__ import annotations

from collections.abc import Callable

from greenlet import greenlet

from ..addresses.resolve import LookupOptions
from ..arguments.arity import fitting
from ..loop.tasks import FREE
from .outside import Observer
from .target import Lookup

__all__ = ["OwnLookup"]


class OwnLookup:
    """One call of `lookup(host, options, callback)`, which calls back, or returns what it found.

    The first answer counts. `told(error, found)` is called inside `ask` if the answer comes inside
    it, as in Node, else in a task of its own.
    """

    __slots__ = ("_is_answered", "_is_asking", "_observer", "_told")

    def __init__(self, observer: Observer, told: Callable[[object, list[object]], object]) -> None:
        self._observer = observer
        self._told = told
        self._is_answered = False
        self._is_asking = False

    def ask(self, lookup: Lookup, host: str, options: LookupOptions) -> None:
        error: Exception | None = None
        found: object = None
        self._is_asking = True
        try:
            found = fitting(lookup, 3)(host, options, self._answer)
        except Exception as failure:
            if self._is_answered:
                # It is not the look-up that failed, but a listener of what it has told.
                self._observer.listener_has_failed(failure)
            else:
                error = failure
        finally:
            self._is_asking = False
        if isinstance(found, greenlet):
            # That will call back.
            found = None
        if found is not None or error is not None:
            self._answer(error, found if isinstance(found, list) else [found])

    def _answer(self, error: object = None, address: object = None, family: object = None) -> None:
        if self._is_answered:
            return
        self._is_answered = True
        found = list(address) if isinstance(address, list | tuple) else [(address, family)]
        if self._is_asking:
            self._told(error, found)
        else:
            observer = self._observer
            observer.scheduler.call_soon(observer.owner, FREE, self._told, error, found)

    def cancel(self) -> None:
        """No answer is wanted any more."""
        self._is_answered = True
