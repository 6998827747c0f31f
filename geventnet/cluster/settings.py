"""Settings: what a primary gives its workers on their way, in the environment."""

from __future__ import annotations

import json
import os
from typing import Final, NamedTuple

__all__ = ["GRACE", "Settings", "take_from_environment"]

#: How long a worker may take to end when its connections have (seconds).
GRACE: Final = 2.0

_NAME: Final = "GEVENTNET_CLUSTER"


class Settings(NamedTuple):
    """What a worker knows when it starts."""

    #: Its number, from 1; no other worker of this primary ever has it.
    id: int
    #: The descriptor of its channel.
    fd: int
    #: How long its connections may last when it is told to stop (seconds); None is for ever.
    drain_timeout: float | None
    #: Whether it goes on when the primary dies.
    outlive_primary: bool

    def environment(self) -> dict[str, str]:
        """The environment of the worker."""
        inherited = {**os.environ, _NAME: json.dumps(self)}
        # What the manager has started is the primary, which tells it.
        inherited.pop("NOTIFY_SOCKET", None)
        return inherited


def take_from_environment() -> Settings | None:
    """The settings of this process, None if it is no worker; its own children do not see them."""
    text = os.environ.pop(_NAME, None)
    if text is None:
        return None
    settings = Settings(*json.loads(text))
    os.set_inheritable(settings.fd, False)
    if os.environ.get("LISTEN_PID") == str(os.getppid()):
        # What a manager has passed on to the primary is for its workers.
        os.environ["LISTEN_PID"] = str(os.getpid())
    return settings
