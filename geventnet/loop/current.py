"""The scheduler of the calling thread's hub."""

from __future__ import annotations

from typing import Any

from gevent import get_hub
from gevent._hub_local import get_hub_if_exists

from .dispatcher import Dispatcher
from .scheduler import Scheduler

__all__ = ["this_scheduler", "this_scheduler_if_any"]


def this_scheduler_if_any() -> Scheduler | None:
    """The scheduler of the calling thread's hub, if it has one."""
    return getattr(get_hub_if_exists(), "geventnet_scheduler", None)


def this_scheduler() -> Scheduler:
    """The scheduler of the calling thread's hub."""
    hub: Any = get_hub()
    scheduler: Scheduler | None = getattr(hub, "geventnet_scheduler", None)
    if scheduler is None:
        scheduler = hub.geventnet_scheduler = Scheduler(hub, Dispatcher)
        _end_with(hub, scheduler)
    return scheduler


def _end_with(hub: Any, scheduler: Scheduler) -> None:
    """End `scheduler` when `hub` is destroyed, of which gevent tells nobody."""

    def destroy(destroy_loop: bool | None = None) -> None:
        del hub.destroy
        scheduler.end()
        hub.destroy(destroy_loop)

    hub.destroy = destroy
