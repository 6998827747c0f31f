"""Options: what a Socket asks of the system for its connection."""

from __future__ import annotations

from typing import NamedTuple

from ..transport.protocol import Transport

__all__ = ["DEFAULT", "Options"]


class Options(NamedTuple):
    """Nagle's algorithm, keep-alive (whole seconds) and the type of service."""

    no_delay: bool = False
    keep_alive: bool = False
    keep_alive_delay: int = 0
    keep_alive_interval: int = 1
    keep_alive_probes: int = 10
    type_of_service: int = 0

    def apply(self, transport: Transport) -> None:
        """Tell a transport that has the system's defaults."""
        if self.no_delay:
            transport.set_no_delay(True)
        if self.keep_alive:
            self.apply_keep_alive(transport)
        if self.type_of_service:
            try:
                transport.set_type_of_service(self.type_of_service)
            except OSError:
                # `set_type_of_service()` reports it to whoever asks on an open connection.
                return

    def apply_keep_alive(self, transport: Transport) -> None:
        transport.set_keep_alive(
            self.keep_alive, self.keep_alive_delay, self.keep_alive_interval, self.keep_alive_probes
        )


#: What the system does when it is told nothing.
DEFAULT = Options()
