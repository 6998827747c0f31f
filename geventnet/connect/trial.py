"""Trial: one address, the attempt to connect to it, and what has become of that."""

from __future__ import annotations

import _socket
import errno

from .. import errors
from ..transport.handles import close_handle
from .attempt import Attempt
from .target import Target

__all__ = ["Trial"]


class Trial:
    """One address of a target; `family` is 4, 6, or None for a Unix socket."""

    __slots__ = ("_target", "address", "attempt", "error", "family", "local_address", "sock")

    def __init__(self, target: Target, address: str, family: int | None) -> None:
        self._target = target
        self.address: str = address
        self.family: int | None = family
        #: Where the descriptor was bound, if that was asked for.
        self.local_address: str | None = None
        self.sock: _socket.socket | None = None
        self.attempt: Attempt | None = None
        self.error: Exception | None = None

    @property
    def port(self) -> int | None:
        return None if self.family is None else self._target.port

    def close(self) -> None:
        if self.attempt is not None:
            self.attempt.cancel()
            self.attempt = None
        if self.sock is not None:
            close_handle(self.sock)
            self.sock = None

    def failure(self, number: int) -> Exception:
        """The error of an attempt that the other side, or the way there, has refused."""
        local_port = self._target.local_port
        bound = self.local_address is not None and local_port
        return errors.system_error(
            number,
            "connect",
            self.address,
            self.port,
            local_address=self.local_address if bound else None,
            local_port=local_port if bound else None,
        )

    def refusal(self, error: OSError) -> Exception:
        """The error of a call that the system has refused at once."""
        local: tuple[str, int] | None = None
        if self.sock is not None and self.family is not None:
            try:
                local = self.sock.getsockname()[:2]
            except OSError:
                local = None
        return errors.system_error(
            error.errno or errno.EIO,
            "connect",
            self.address,
            self.port,
            local_address=None if local is None else local[0],
            local_port=None if local is None else local[1],
        )
