"""How much memory this process uses."""

from __future__ import annotations

import os
from pathlib import Path

__all__ = ["resident"]


def resident() -> int:
    """The resident memory in KiB."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") // 1024
