# Patched before anything else is imported; geventnet's plugin has imported nothing of gevent.
from gevent import monkey

monkey.patch_all()

import subprocess  # noqa: E402

import pytest  # noqa: E402


@pytest.fixture
def redis_socket(socket_path):
    """The path of the Unix socket of a Redis server of this test's own."""
    command = ["redis-server", "--port", "0", "--unixsocket", socket_path, "--save", ""]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        for line in process.stdout:
            if "eady to accept" in line:
                break
        else:
            pytest.fail("Redis did not start")
        yield socket_path
        process.terminate()
        process.stdout.read()
