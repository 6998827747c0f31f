"""The real loop of a hub, also while a fake clock has its place, and real time."""

from __future__ import annotations

from typing import Any

import gevent

__all__ = ["real_loop", "real_sleep"]


def real_loop(hub: Any) -> Any:
    """The loop under a fake clock, if there is one."""
    return getattr(hub.loop, "real", hub.loop)


def real_sleep(seconds: float) -> None:
    """`gevent.sleep` that no fake clock holds up."""
    hub: Any = gevent.get_hub()
    if seconds <= 0:
        gevent.sleep(0)
        return
    loop = real_loop(hub)
    loop.update_now()
    timer = loop.timer(max(seconds, loop.approx_timer_resolution))
    try:
        hub.wait(timer)
    finally:
        timer.close()
