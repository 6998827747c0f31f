"""The pytest plugin of geventnet: a guest, that imports nothing until something of it is used.

It stands outside the package because importing anything of `geventnet` imports gevent, which must
not happen before a conftest.py has had the chance to patch. What it does when it is used is in
`geventnet.testing.plugin`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from geventnet.testing import Outside, Peers, Unhandled

_MARKERS = {
    "geventnet_unhandled": "(mode): off, warn or error, when an exception was taken by nobody",
    "geventnet_leaks": "(mode, ignore=()): off, warn or error, when something is left behind",
    "geventnet_only_local": "(*allowed): fail if the test talks to the outside",
    "geventnet_blocked_hub": "(seconds): fail if the hub is blocked for longer",
    "greenlet_timeout": "(seconds): fail, with the stacks of all greenlets, if a phase is longer",
}


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addini(
        "geventnet_unhandled",
        "off, warn or error: what becomes of a test that raised an exception that nobody took.",
        default="off",
    )
    parser.addini(
        "geventnet_leaks",
        "off, warn or error: what becomes of a test that left something behind.",
        default="off",
    )
    parser.addini(
        "geventnet_leaks_ignore",
        "Regular expressions: a leak whose description has one of them is none.",
        type="linelist",
        default=[],
    )
    parser.addini("geventnet_only_local", "Fail the tests that talk to the outside.", type="bool")
    parser.addini("geventnet_blocked_hub", "How long the hub may be blocked (seconds).", default="")
    parser.addini("greenlet_timeout", "How long a phase of a test may take (seconds).", default="")


def pytest_configure(config: pytest.Config) -> None:
    for name, text in _MARKERS.items():
        config.addinivalue_line("markers", name + text)


def pytest_collection_finish(session: pytest.Session) -> None:
    """Take up work if there is any; every conftest.py has been imported by now."""
    if _is_used(session):
        from geventnet.testing.plugin import Checks

        session.config.pluginmanager.register(Checks(), "geventnet-checks")


def _is_used(session: pytest.Session) -> bool:
    given = (str(session.config.getini(name) or "off").lower() for name in _MARKERS)
    if any(value not in ("off", "false") for value in given):
        return True
    return any(
        "unhandled" in getattr(item, "fixturenames", ())
        or any(mark.name in _MARKERS for mark in item.iter_markers())
        for item in session.items
    )


@pytest.fixture
def unhandled(request: pytest.FixtureRequest) -> Iterator[Unhandled]:
    """The exceptions that nobody took; those that the test does not accept fail it."""
    from geventnet.testing.plugin import unhandled_of

    with unhandled_of(request.node) as errors:
        yield errors


@pytest.fixture
def no_leaks(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fail the test if it leaves something behind.

    Fixtures of the test that are set up after this one have been torn down when it looks. A test
    that failed is not checked: its traceback keeps things alive.
    """
    from geventnet.testing.plugin import leaks_of

    with leaks_of(request.node):
        yield


@pytest.fixture
def only_local() -> Iterator[Outside]:
    """Fail the test if it talks to the outside; gives what it has tried."""
    from geventnet.testing import only_local

    with only_local() as outside:
        yield outside


@pytest.fixture
def peers() -> Iterator[Peers]:
    """Servers and connections of the test, closed after it."""
    from geventnet.testing import Peers

    with Peers() as peers:
        yield peers


@pytest.fixture
def serve(peers: Peers) -> Any:
    """`serve(listener)` or `serve(handler=f)`: a server that listens; see `Peers.serve`."""
    return peers.serve


@pytest.fixture
def connect(peers: Peers) -> Any:
    """`connect(server)`: a Socket that is connected; see `Peers.connect`."""
    return peers.connect


@pytest.fixture
def socket_pair(peers: Peers) -> Any:
    """`socket_pair("tcp")` or `socket_pair("unix")`: two connected Sockets."""
    return peers.socket_pair


@pytest.fixture
def faulty_proxy() -> Iterator[Any]:
    """`faulty_proxy(upstream)`: a FaultyProxy that listens; see there."""
    from contextlib import ExitStack

    from geventnet.testing import FaultyProxy

    with ExitStack() as stack:
        yield lambda *args, **options: stack.enter_context(FaultyProxy(*args, **options))


@pytest.fixture
def free_port() -> int:
    """A TCP port of 127.0.0.1 at which nobody listens at the moment."""
    from geventnet.testing.peers import free_port

    return free_port()


@pytest.fixture
def socket_path() -> Iterator[str]:
    """A path for a Unix socket, short enough for one, in a directory of its own."""
    from geventnet.testing.peers import socket_path

    with socket_path() as path:
        yield path
