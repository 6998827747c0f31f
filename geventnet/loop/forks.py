"""What a forked child inherits: nothing that is open, but the servers' descriptors.

A connection has one owner, which is the parent: in the child its Sockets are closed, those that
connect as well, and the first blocking call says why. A server no longer listens there, but keeps
its descriptor, so that it can be listened on again: `server.listen(server)`. What the parent's
listeners and greenlets were about to do is the parent's to do.

The child of a `Popen` is left as it is: it becomes another program, or ends. Its descriptors close
themselves then, and one of them may have to be its standard input first.

Importing this module arranges for it.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from types import FrameType

from .current import this_scheduler_if_any
from .signals import take_down_of_others

__all__: list[str] = []

#: As `inspect` has it, which would be a large import.
_current_frame: Callable[[], FrameType | None] = getattr(sys, "_getframe", lambda: None)


def _before() -> None:
    scheduler = this_scheduler_if_any()
    if scheduler is not None:
        scheduler.flush_coalesced()


def _becomes_another_program() -> bool:
    """Whether a `Popen` of gevent's or of the standard library has forked."""
    frame = _current_frame()
    while frame is not None:
        if frame.f_globals.get("__name__") in ("gevent.subprocess", "subprocess"):
            return True
        frame = frame.f_back
    return False


def _in_child() -> None:
    if _becomes_another_program():
        return
    scheduler = this_scheduler_if_any()
    if scheduler is not None:
        scheduler.start_over_in_child()
    take_down_of_others(scheduler)


if hasattr(os, "register_at_fork"):
    os.register_at_fork(before=_before, after_in_child=_in_child)
