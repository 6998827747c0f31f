"""Running a program until nothing is left to do."""

from __future__ import annotations

from gevent import get_hub
from greenlet import getcurrent

from . import errors

__all__ = ["run"]


def run() -> None:
    """Serve until nothing that is ref'd is left: sockets, servers, timers, greenlets at work.

    Blocks the main greenlet; in any other it raises a `NetError` that is a RuntimeError.
    Reference: "server.unref()", "socket.unref()".
    """
    hub = get_hub()
    if getcurrent() is not hub.parent:
        raise errors.NetRuntimeError(
            "net.run() is for the main greenlet; use server.serve_forever() in another",
            "ERR_INVALID_STATE",
        )
    hub.join()
