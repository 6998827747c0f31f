"""Options: what a Socket asks of the system for its connection.

They can be set at any time. What is set before the connection stands is told to its transport then.
"""

from __future__ import annotations

from typing import NamedTuple, Protocol

from ..transport.protocol import Transport

__all__ = [
    "DEFAULT",
    "Options",
    "no_delay_was_set",
    "set_keep_alive",
    "set_no_delay",
    "set_type_of_service",
    "type_of_service",
]


class Options(NamedTuple):
    """Nagle's algorithm, keep-alive (whole seconds) and the type of service."""

    no_delay: bool = False
    keep_alive: bool = False
    keep_alive_delay: int = 0
    keep_alive_interval: int = 1
    keep_alive_probes: int = 10
    type_of_service: int = 0

    def but(self, no_delay: bool | None, keep_alive: bool | None, delay: int | None) -> Options:
        """These, but for what is not None."""
        if no_delay is None and keep_alive is None and delay is None:
            return self
        return self._replace(
            no_delay=self.no_delay if no_delay is None else bool(no_delay),
            keep_alive=self.keep_alive if keep_alive is None else bool(keep_alive),
            keep_alive_delay=self.keep_alive_delay if delay is None else delay,
        )

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


class Tuned(Protocol):
    """The link, as its options know it."""

    options: Options
    transport: Transport | None

    def flush(self) -> None: ...


def set_no_delay(link: Tuned, enable: bool) -> None:
    link.flush()
    if link.transport is not None and enable != link.options.no_delay:
        link.transport.set_no_delay(enable)
    link.options = link.options._replace(no_delay=enable)


def no_delay_was_set(link: Tuned, enable: bool) -> None:
    """The program has set the system's option itself."""
    link.options = link.options._replace(no_delay=enable)
    if link.transport is not None:
        link.transport.set_no_delay(enable)


def set_keep_alive(
    link: Tuned, enable: bool, delay: int, interval: int | None, probes: int | None
) -> None:
    """None leaves the interval, or the number of probes, as it was set before."""
    before = link.options
    link.options = after = before._replace(
        keep_alive=enable,
        keep_alive_delay=delay,
        keep_alive_interval=before.keep_alive_interval if interval is None else interval,
        keep_alive_probes=before.keep_alive_probes if probes is None else probes,
    )
    if link.transport is not None and (after != before if enable else before.keep_alive):
        after.apply_keep_alive(link.transport)


def set_type_of_service(link: Tuned, value: int) -> None:
    if link.transport is not None:
        link.transport.set_type_of_service(value)
    link.options = link.options._replace(type_of_service=value)


def type_of_service(link: Tuned) -> int:
    """What the system says, else what was set."""
    told = None if link.transport is None else link.transport.type_of_service()
    return link.options.type_of_service if told is None else told
