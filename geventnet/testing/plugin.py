"""What the pytest plugin does for the tests that use it; imported when the first one does.

The plugin itself, its options and its fixtures are in `pytest_geventnet`.
"""

from __future__ import annotations

import contextlib
import traceback
import warnings
from collections.abc import Generator, Iterator
from typing import Any

import pytest

from .census import Census
from .leaks import LeakError, what_is_left
from .limits import blocked_hub, greenlet_timeout
from .outside import only_local
from .untaken import Unhandled, collecting, unhandled

__all__ = ["Checks", "leaks_of", "unhandled_of"]

_unhandled = pytest.StashKey[Unhandled]()
#: How long a test's leftovers may take to go (seconds).
_PATIENCE = 1.0


class _Item:
    """What is checked of one test, and the checks that are open."""

    def __init__(self, item: pytest.Item) -> None:
        self._item = item
        self._unhandled = self._mode("geventnet_unhandled")
        if self._unhandled == "off" and "unhandled" in getattr(item, "fixturenames", ()):
            self._unhandled = "error"
        self._leaks = self._mode("geventnet_leaks")
        self._timeout = self._seconds("greenlet_timeout")
        self._blocked_hub = self._seconds("geventnet_blocked_hub")
        mark = item.get_closest_marker("geventnet_only_local")
        self._allowed: tuple[str, ...] | None = None
        if mark is not None or item.config.getini("geventnet_only_local"):
            self._allowed = mark.args if mark is not None else ()
        self._failed = False
        self._open = contextlib.ExitStack()
        self.census: Census | None = None
        if self._leaks != "off":
            self.census = Census()
            self._open.callback(self.census.close)
        if self._unhandled != "off":
            item.stash[_unhandled] = self._open.enter_context(collecting())

    def _value(self, name: str) -> Any:
        mark = self._item.get_closest_marker(name)
        return mark.args[0] if mark is not None and mark.args else self._item.config.getini(name)

    def _mode(self, name: str) -> str:
        mode = str(self._value(name)).lower()
        mode = {"true": "error", "false": "off"}.get(mode, mode)
        if mode not in ("off", "warn", "error"):
            raise pytest.UsageError(f"{name} is off, warn or error, not {mode!r}")
        return mode

    def _seconds(self, name: str) -> float:
        value = self._value(name)
        try:
            return float(value or 0)
        except ValueError:
            raise pytest.UsageError(f"{name} is a number of seconds, not {value!r}") from None

    @contextlib.contextmanager
    def phase(self, call: bool = False) -> Iterator[None]:
        """Around the setup, the call or the teardown of the test."""
        try:
            with contextlib.ExitStack() as limits:
                if call and self._allowed is not None:
                    limits.enter_context(only_local(*self._allowed))
                if call and self._blocked_hub:
                    limits.enter_context(blocked_hub(self._blocked_hub))
                if self._timeout:
                    limits.enter_context(greenlet_timeout(self._timeout))
                yield
        except BaseException:
            self._failed = self._failed or call
            self._show_unhandled()
            raise
        errors = self._item.stash.get(_unhandled, None)
        if errors is not None:
            try:
                errors.raise_rest()
            except BaseExceptionGroup as group:
                self._failed = self._failed or call
                self._tell(self._unhandled, group)

    def _show_unhandled(self) -> None:
        """The test has failed: what nobody took may be why."""
        errors = self._item.stash.get(_unhandled, None)
        try:
            if errors is not None:
                errors.raise_rest()
        except BaseExceptionGroup as group:
            self._item.add_report_section("call", "exceptions that nobody took", _text(group))

    def check_leaks(self) -> None:
        if self.census is None or self._failed:
            return
        ignored = list(self._item.config.getini("geventnet_leaks_ignore"))
        for mark in self._item.iter_markers("geventnet_leaks"):
            ignored += mark.kwargs.get("ignore", ())
        leaks = what_is_left(self.census, _PATIENCE, ignored)
        if leaks:
            self._tell(self._leaks, LeakError(leaks))

    def _tell(self, mode: str, error: BaseException) -> None:
        text = _text(error)
        if mode == "error":
            raise pytest.fail.Exception(text, pytrace=False) from None
        warnings.warn(pytest.PytestWarning(f"{self._item.nodeid}: {text}"), stacklevel=2)

    def close(self) -> None:
        self._open.close()


def _text(error: BaseException) -> str:
    """An error of a check, without the traceback that leads to the check."""
    if not isinstance(error, BaseExceptionGroup):
        return str(error)
    each = ["".join(traceback.format_exception(one)).rstrip() for one in error.exceptions]
    return "\n\n".join([error.message, *each])


class Checks:
    """Hooks around the phases of each test; registered if one of the tests is to be checked.

    They are the innermost, so that pytest's capturing is the same whenever descriptors are counted.
    """

    def __init__(self) -> None:
        self._now: _Item | None = None

    @pytest.hookimpl(wrapper=True, trylast=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> Generator[None, None, None]:
        self._now = _Item(item)
        with self._now.phase():
            return (yield)

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(self, fixturedef: pytest.FixtureDef[Any]) -> Generator[None, Any, Any]:
        try:
            return (yield)
        finally:
            # What a fixture of several tests has made is not left by this one.
            if fixturedef.scope != "function" and self._now and self._now.census:
                self._now.census.begin()

    @pytest.hookimpl(wrapper=True, trylast=True)
    def pytest_runtest_call(self) -> Generator[None, None, None]:
        assert self._now is not None
        with self._now.phase(call=True):
            return (yield)

    @pytest.hookimpl(wrapper=True, trylast=True)
    def pytest_runtest_teardown(self) -> Generator[None, None, None]:
        now, self._now = self._now, None
        if now is None:
            # A wrong option has failed the setup.
            yield
            return
        try:
            with now.phase():
                yield
            now.check_leaks()
        finally:
            now.close()


@contextlib.contextmanager
def unhandled_of(item: pytest.Item) -> Iterator[Unhandled]:
    """The collector of a test: the one that is open, or, if the test asks late, a new one."""
    errors = item.stash.get(_unhandled, None)
    if errors is not None:
        yield errors
    else:
        with unhandled() as errors:
            yield errors


@contextlib.contextmanager
def leaks_of(item: pytest.Item) -> Iterator[None]:
    """`no_leaks` for a fixture, which does not hear whether the test has failed."""
    failures = item.session.testsfailed
    census = Census()
    leaks = []
    try:
        yield
        if item.session.testsfailed == failures:
            leaks = what_is_left(census, _PATIENCE, ())
    finally:
        census.close()
    if leaks:
        raise LeakError(leaks)
