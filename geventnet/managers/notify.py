"""What a service tells its manager: that it is ready, that it stops. See sd_notify(3)."""

from __future__ import annotations

import _socket
import os

from .. import errors
from ..loop.scheduler import Scheduler
from ..loop.tasks import Owner

__all__ = ["Readiness", "notify"]


def notify(state: str) -> bool:
    """Tell systemd, or what has set `NOTIFY_SOCKET` as it does, a state: `"READY=1"`.

    Several are told at once, each on a line of its own. `server.serve_forever()` tells READY=1 when
    it listens and STOPPING=1 when it stops accepting; `cluster.run()` does so for its workers.
    Never blocks. False if nobody is to be told.
    Raises `OSError` if it cannot be sent.
    """
    where = os.environ.get("NOTIFY_SOCKET")
    if not where:
        return False
    if where[0] not in "/@" or len(where) < 2 or not hasattr(_socket, "AF_UNIX"):
        raise errors.invalid_arg_value("NOTIFY_SOCKET", where, "must be the path of a socket")
    sock = _socket.socket(_socket.AF_UNIX, _socket.SOCK_DGRAM)
    try:
        sock.setblocking(False)
        sock.sendto(state.encode(), "\0" + where[1:] if where[0] == "@" else where)
    except OSError as error:
        raise errors.system_error_from(error, "notify") from None
    finally:
        sock.close()
    return True


class Readiness:
    """Tells the manager, once, that what it has started is ready, and then that it stops.

    A manager that cannot be told is reported, and is no reason not to serve.
    """

    __slots__ = ("_is_told", "_scheduler")

    def __init__(self, scheduler: Scheduler) -> None:
        self._scheduler = scheduler
        self._is_told = False

    def ready(self, owner: Owner) -> None:
        """`owner` is ready, which it may have been before."""
        if not self._is_told:
            self._is_told = True
            self._tell(owner, "READY=1")

    def stopping(self, owner: Owner) -> None:
        """It stops, if it was ready."""
        if self._is_told:
            self._is_told = False
            self._tell(owner, "STOPPING=1")

    def _tell(self, owner: Owner, state: str) -> None:
        try:
            notify(state)
        except Exception as error:
            self._scheduler.report(owner, error)
