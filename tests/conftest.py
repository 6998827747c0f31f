import os

if os.environ.get("GEVENTNET_TEST_PATCHED") == "1":
    from gevent import monkey

    monkey.patch_all()

from collections.abc import Iterator
from importlib.metadata import entry_points
from typing import Any

import gevent
import pytest

pytest_plugins = ["pytester"]
# From a checkout that is not installed, the plugin has to be named.
if not entry_points(group="pytest11", name="geventnet"):
    pytest_plugins.append("geventnet.testing.plugin")


@pytest.fixture
def reported() -> Iterator[list[BaseException]]:
    """What reaches the hub's error handling; a test takes out what it expects."""
    hub: Any = gevent.get_hub()
    seen: list[BaseException] = []
    hub.handle_error = lambda context, kind, value, traceback: seen.append(value)
    try:
        yield seen
        assert not seen
    finally:
        del hub.handle_error
