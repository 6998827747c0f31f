"""Faults of the system, from a library that is preloaded (`faults.c`).

Where there is no C compiler, the soak runs without them and says so.
"""

from __future__ import annotations

import ctypes
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from enum import IntFlag
from pathlib import Path
from typing import Any

__all__ = ["Kind", "build", "count", "injected", "loaded", "spare"]

_NAME = "geventnet-faults.so"


class Kind(IntFlag):
    """What may be injected; the numbers are those of `faults.c`."""

    NONE = 0
    AGAIN = 1
    INTERRUPTED = 2
    SHORT = 4
    NO_BUFFERS = 8
    ACCEPT = 16
    POLL = 32
    #: ECONNRESET and EPIPE, after which the connection is gone.
    BROKEN = 64
    #: Everything after which the connection goes on.
    SOFT = 63


def build(directory: str) -> str | None:
    """Compile the library into `directory`; None where there is no compiler."""
    compiler = shutil.which("cc") or shutil.which("gcc")
    if compiler is None:
        return None
    target = os.path.join(directory, _NAME)
    with tempfile.TemporaryDirectory(dir=directory) as scratch:
        made = os.path.join(scratch, _NAME)
        source = Path(__file__).with_name("faults.c")
        command = [compiler, "-shared", "-fPIC", "-O1", "-o", made, str(source), "-ldl"]
        subprocess.run(command, check=True)
        os.replace(made, target)
    return target


def _load() -> Any:
    path = os.environ.get("LD_PRELOAD", "")
    if not path.endswith(_NAME):
        return None
    library = ctypes.CDLL(path)
    library.faults_arm.argtypes = [ctypes.c_uint64, ctypes.c_uint32, ctypes.c_uint32]
    library.faults_arm.restype = None
    library.faults_spare.argtypes = [ctypes.c_int]
    library.faults_spare.restype = None
    library.faults_count.restype = ctypes.c_ulong
    return library


_library = _load()
loaded = _library is not None


@contextmanager
def injected(seed: int, one_in: int, kinds: int) -> Iterator[None]:
    """Let one in `one_in` calls on descriptors that are opened from now on meet a fault."""
    if _library is None or not one_in:
        yield
        return
    _library.faults_arm(seed, one_in, kinds)
    try:
        yield
    finally:
        _library.faults_disarm()


def spare(descriptor: int) -> None:
    """Let a descriptor alone until it is closed."""
    if _library is not None:
        _library.faults_spare(descriptor)


def count() -> int:
    """How many faults there have been in this process."""
    return 0 if _library is None else int(_library.faults_count())
