"""A Redis server."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from socket import create_server

import pytest


@contextmanager
def redis_server() -> Iterator[int]:
    """The port of a server of one's own; skips the test where there is none."""
    program = shutil.which("redis-server")
    if program is None:
        pytest.skip("needs redis-server")
    pytest.importorskip("redis")
    with closing(create_server(("127.0.0.1", 0))) as probe:
        port = probe.getsockname()[1]
    with subprocess.Popen(
        [program, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--daemonize", "no"],
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        try:
            for line in process.stdout:
                if "eady to accept" in line:
                    break
            else:
                pytest.fail("Redis did not start")
            yield port
        finally:
            process.terminate()
            process.stdout.read()
