import os

if os.environ.get("GEVENTNET_TEST_PATCHED") == "1":
    from gevent import monkey

    monkey.patch_all()

from importlib.metadata import entry_points

pytest_plugins = ["pytester"]
# From a checkout that is not installed, the plugin has to be named.
if not entry_points(group="pytest11", name="geventnet"):
    pytest_plugins.append("geventnet.testing.plugin")
