"""Cluster: several processes behind one listener.

A primary starts workers, each of which runs the same program; what a worker listens on is held by
the primary and shared with the others. Reference: Cluster.
"""

from typing import Final

from ..arguments.naming import explain_spellings
from .process import Worker
from .running import disconnect, events, is_primary, is_worker, restart, run, worker, workers

__all__ = [
    "Worker",
    "disconnect",
    "is_primary",
    "is_worker",
    "off",
    "on",
    "once",
    "restart",
    "run",
    "worker",
    "workers",
]

on: Final = events.on
once: Final = events.once
off: Final = events.off

explain_spellings(Worker)
Worker.__module__ = "geventnet.cluster"
