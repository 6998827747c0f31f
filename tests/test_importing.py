"""What `import geventnet` costs."""

import subprocess
import sys

_BESIDE_GEVENT = """
import sys
import gevent.event, gevent.pool, gevent.select, gevent.signal, gevent.socket
before = set(sys.modules)
import geventnet
print(*sorted(name for name in set(sys.modules) - before if not name.startswith("geventnet")))
"""
#: What is small, or written in C.
CHEAP = {"_bisect", "_struct", "binascii", "bisect", "struct"}


def test_importing_brings_in_no_more_than_gevent_has() -> None:
    found = subprocess.run(
        [sys.executable, "-c", _BESIDE_GEVENT], capture_output=True, text=True, check=True
    )
    assert set(found.stdout.split()) - CHEAP == set()
