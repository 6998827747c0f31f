"""The pytest plugin: the fixture `no_leaks`, for one test or, by an ini option, for all of them."""

from __future__ import annotations

import contextlib
from collections.abc import Generator, Iterator

import pytest

from .leaks import no_leaks as _no_leaks

_failed = pytest.StashKey[bool]()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addini(
        "geventnet_leaks",
        "Check that no test leaves a greenlet, watcher, timer or file descriptor behind.",
        type="bool",
        default=False,
    )


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if report.failed:
        item.stash[_failed] = True
    return report


@pytest.fixture
def no_leaks(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fail the test if it leaves a greenlet, watcher, timer or file descriptor behind.

    Fixtures of the test that are set up after this one have been torn down when it looks. A test
    that failed is not checked: its traceback keeps things alive.
    """
    with contextlib.ExitStack() as check:
        check.enter_context(_no_leaks())
        yield
        if request.node.stash.get(_failed, False):
            check.pop_all()


@pytest.fixture(autouse=True)
def _leaks_of_every_test(request: pytest.FixtureRequest) -> None:
    if request.config.getini("geventnet_leaks"):
        request.getfixturevalue("no_leaks")
