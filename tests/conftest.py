import gc
import os
import sys

if sys.dont_write_bytecode:
    # The programs that tests start would compile the library anew, each of them.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    os.environ.setdefault("PYTHONPYCACHEPREFIX", os.path.join(sys.prefix, "bytecode"))

if os.environ.get("GEVENTNET_TEST_PATCHED") == "1":
    from gevent import monkey

    monkey.patch_all()

from collections.abc import Iterator
from importlib.metadata import entry_points

import pytest
from support.loops import ON_LIBUV, warn_of_unclosed_watchers
from support.redis import redis_server
from support.service import Service

import geventnet as net
from geventnet.testing import Unhandled

pytest_plugins = ["pytester"]
# From a checkout that is not installed, the plugin has to be named.
if "pytest_geventnet" not in [point.value for point in entry_points(group="pytest11")]:
    pytest_plugins.append("pytest_geventnet")

if ON_LIBUV:
    warn_of_unclosed_watchers()


def pytest_collection_finish() -> None:
    """What pytest has imported and collected is there to stay: no search for leaks goes over it."""
    gc.collect()
    gc.freeze()


@pytest.fixture
def reported(unhandled: Unhandled) -> Unhandled:
    """What reaches the hub's error handling; a test takes out what it expects."""
    return unhandled


@pytest.fixture
def service() -> Iterator[Service]:
    """A server in this process, and the connections to it."""
    service = Service()
    yield service
    service.stop()


@pytest.fixture
def redis_port() -> Iterator[int]:
    """A Redis server of this test's own."""
    with redis_server() as port:
        yield port


@pytest.fixture
def ends() -> Iterator[tuple[net.Socket, net.Socket]]:
    """Two Sockets that are connected over TCP."""
    with (
        net.create_server().listen(0, "127.0.0.1") as server,
        net.connect(server) as one,
        server.accept(20) as other,
    ):
        yield one, other
