"""Running a cluster: which part of it this process is, and what it does."""

from __future__ import annotations

import os
from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import TYPE_CHECKING, ClassVar, Final

from gevent import get_hub
from greenlet import getcurrent

from .. import errors
from ..arguments import values
from ..events.emitter import EVENTS, EventEmitter
from ..managers.inherited import inherited_handles
from .command import Command, command_of_this_program
from .here import Here
from .primary import Primary
from .process import Worker
from .settings import take_from_environment

if TYPE_CHECKING:
    # Those of its events, typed.
    from .events import ClusterEvents as _Base
else:
    _Base = EventEmitter

__all__ = ["disconnect", "events", "is_primary", "is_worker", "restart", "run", "worker", "workers"]


class ClusterEvents(_Base):
    """What happens to the workers, as the primary is told.

    `'fork'(worker)`, `'online'(worker)`, `'listening'(worker, address)`,
    `'message'(worker, message)`, `'disconnect'(worker)`, `'exit'(worker, code, signal)`.
    Reference: Cluster, "Event: 'exit'" and the others.
    """

    __slots__ = ()

    _net_event_arguments: ClassVar[Mapping[Hashable, int]] = {
        **EVENTS,
        "disconnect": 1,
        "exit": 3,
        "fork": 1,
        "listening": 2,
        "message": 2,
        "online": 1,
    }


_settings: Final = take_from_environment()
_here: Final = None if _settings is None else Here(_settings)
_primary: Primary | None = None

#: Whether this process is a worker. Reference: "cluster.isWorker".
is_worker: Final[bool] = _here is not None
#: Whether this process is none. Reference: "cluster.isPrimary".
is_primary: Final[bool] = _here is None
#: The worker that this process is, or None. Reference: "cluster.worker".
worker: Final[Worker | None] = None if _here is None else _here.worker
_living: Final[dict[int, Worker]] = {}
#: In the primary, the workers whose process lives, by id. Reference: "cluster.workers".
workers: Final = _living
#: The emitter whose `on`, `once` and `off` are functions of the module.
events: Final = ClusterEvents()


def run(
    main: Callable[[], object],
    *,
    workers: int | None = None,
    drain_timeout: float | None = 10.0,
    give_up_after: int | None = 5,
    outlive_primary: bool = False,
    command: Sequence[str] | None = None,
) -> None:
    """Run `main()` in as many processes as `workers` says: the CPUs this process may use.

    In the primary it starts the workers, each of which runs this program from its beginning, and
    blocks until all of them have ended. In a worker it calls `main`, and blocks until the worker is
    told to leave and its servers have closed. Both are for the main greenlet of the main thread.

    A worker that ends is followed by another one; when `give_up_after` of them in a row have ended
    within a second the primary stops the others and raises `ERR_CLUSTER_GAVE_UP` (None: never).
    SIGTERM and Ctrl-C have every worker drain its servers: what lasts longer than `drain_timeout`
    (seconds; None waits as long as it lasts) is cut, and a worker that is still there two seconds
    later is killed. A second signal cuts at once. SIGHUP is `restart()`. When the primary dies its
    workers drain and end, or go on with `outlive_primary`. `command` is what starts a worker
    instead of the way in which this program was started.

    Raises `NetError` for bad arguments. Reference: Cluster, "cluster.fork([env])".
    """
    values.function(main, "main")
    hub = get_hub()
    # Signals, and the ends of processes, are told to the main thread only.
    if getcurrent() is not hub.parent or not hub.loop.default:
        raise errors.NetRuntimeError(
            "cluster.run() is for the main greenlet of the main thread", "ERR_INVALID_STATE"
        )
    if _here is not None:
        _here.run(main)
        return
    global _primary
    if _primary is not None:
        raise errors.NetRuntimeError("cluster.run() runs already", "ERR_INVALID_STATE")
    count = _cpus() if workers is None else values.int32(workers, "workers", 1)
    if drain_timeout is not None:
        drain_timeout = values.seconds(drain_timeout, "drain_timeout")
    if give_up_after is not None:
        give_up_after = values.int32(give_up_after, "give_up_after", 1)
    how = command_of_this_program() if command is None else Command(list(command))
    how = how._replace(descriptors=[handle.fd for handle in inherited_handles()])
    _primary = Primary(
        events, _living, count, how, drain_timeout, give_up_after, bool(outlive_primary)
    )
    try:
        _primary.run()
    finally:
        _primary = None


def restart() -> None:
    """Put a new worker in the place of each, without losing a connection.

    Every new worker is a fresh interpreter that runs the program as it is on disk by now. The one
    whose place it takes goes on until it listens, and drains then; if it ends before, nothing has
    changed. Never blocks. For the primary while `run()` runs; nothing happens elsewhere.
    """
    if _primary is not None:
        _primary.restart()


def disconnect() -> None:
    """Have every worker drain and leave, as SIGTERM does; `run()` returns then.

    Never blocks. For the primary while `run()` runs; nothing happens elsewhere.
    Reference: "cluster.disconnect([callback])".
    """
    if _primary is not None:
        _primary.stop()


def _cpus() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
