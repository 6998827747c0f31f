import os

if os.environ.get("GEVENTNET_TEST_PATCHED") == "1":
    from gevent import monkey

    monkey.patch_all()

import gc
from collections.abc import Iterator
from importlib.metadata import entry_points

import pytest
from support.redis import redis_server
from support.service import reported

pytest_plugins = ["pytester"]
# From a checkout that is not installed, the plugin has to be named.
if not entry_points(group="pytest11", name="geventnet"):
    pytest_plugins.append("geventnet.testing.plugin")


def pytest_collection_finish() -> None:
    """Leave what the imports have made, no watcher or greenlet of a test, out of every leak check.

    Each of them looks at all objects that the garbage collector knows.
    """
    gc.collect()
    gc.freeze()


@pytest.fixture(name="reported")
def _reported() -> Iterator[list[BaseException]]:
    """What reaches the hub's error handling; a test takes out what it expects."""
    with reported() as seen:
        yield seen
        assert not seen


@pytest.fixture
def redis_port() -> Iterator[int]:
    """A Redis server of this test's own."""
    with redis_server() as port:
        yield port
