"""Peers as child processes: started, listened to, and told to end."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from gevent import subprocess

__all__ = ["peer"]


@contextmanager
def peer(name: str, *arguments: object) -> Iterator[Any]:
    """Run a program of `peers`, without faults, until the `with` is left."""
    environment = {key: value for key, value in os.environ.items() if key != "LD_PRELOAD"}
    child: Any = subprocess.Popen(
        [sys.executable, "-m", "soak.peers", name, *map(str, arguments)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=environment,
    )
    try:
        yield child
        child.stdin.close()
        assert child.wait(30) == 0, f"the peer {name} has failed"
    finally:
        if child.poll() is None:
            child.kill()
            child.wait()
        child.stdout.close()
