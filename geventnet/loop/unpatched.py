"""The system's own, whether or not the standard library is patched."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from gevent import monkey

__all__ = ["allocate_lock", "close_fd", "thread_ident"]

#: Closes a descriptor at once. A patched close() puts it off for an iteration of the loop, in case
#: the descriptor is watched; nobody watches what this library closes.
close_fd: Final[Callable[[int], None]] = monkey.get_original("os", "close")

#: Which thread the caller runs in.
thread_ident: Final[Callable[[], int]] = monkey.get_original("_thread", "get_ident")

#: Makes a lock that blocks a thread.
allocate_lock: Final[Callable[[], Any]] = monkey.get_original("_thread", "allocate_lock")
