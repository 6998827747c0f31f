"""ConnectionOptions: what a Socket asks of the system for its connection."""

from __future__ import annotations

import _socket
import errno
from contextlib import suppress
from typing import Self

from . import errors, validate
from .endpoints import FAMILY_NAMES, Endpoints

__all__ = ["ConnectionOptions", "keep_alive_delay"]

#: What a connection has until it is told otherwise.
KEEP_ALIVE_PROBES = 10
KEEP_ALIVE_INTERVAL = 1
#: The largest C int, which is what these options are (seconds).
_LONGEST_DELAY = 2**31 - 1


class ConnectionOptions(Endpoints):
    """Nagle's algorithm, keep-alive and the type of service of a Socket."""

    __slots__ = ()

    _no_delay: bool
    _keep_alive: bool
    _keep_alive_delay: int
    _keep_alive_interval: int
    _keep_alive_probes: int
    _type_of_service: int

    def set_no_delay(self, no_delay: bool = True) -> Self:
        """Send small writes at once (True), or let the system gather them (False).

        Before the connection stands, it is set then. Reference: "socket.setNoDelay([noDelay])".
        """
        self._turn.check_thread()
        enable = bool(no_delay)
        self._flush_joined()
        if self._sock is not None and not self._connecting and enable != self._no_delay:
            self._set_option(_socket.IPPROTO_TCP, _socket.TCP_NODELAY, int(enable))
        self._no_delay = enable
        return self

    def set_keep_alive(
        self,
        enable: bool = False,
        initial_delay: float = 0,
        interval: float | None = None,
        count: int | None = None,
    ) -> Self:
        """Let the system probe an idle connection, the first time after `initial_delay` seconds.

        A delay of 0 leaves it as it is. `interval` is the time between two probes in seconds, at
        first 1; after `count` probes without an answer, at first 10, the connection is reset. The
        times are whole seconds to the system; an interval under one is one. Before the connection
        stands, it is set then. Raises `ERR_INVALID_ARG_TYPE` and `ERR_OUT_OF_RANGE`.
        Reference: "socket.setKeepAlive([enable][, initialDelay][, interval][, count])".
        """
        self._turn.check_thread()
        enable = bool(enable)
        asked = (
            enable,
            keep_alive_delay(initial_delay, "initial_delay"),
            self._keep_alive_interval
            if interval is None
            else max(1, int(min(validate.seconds(interval, "interval"), _LONGEST_DELAY))),
            self._keep_alive_probes if count is None else validate.int32(count, "count", 1, 127),
        )
        present = (
            self._keep_alive,
            self._keep_alive_delay,
            self._keep_alive_interval,
            self._keep_alive_probes,
        )
        changed = asked != present if enable else self._keep_alive
        (
            self._keep_alive,
            self._keep_alive_delay,
            self._keep_alive_interval,
            self._keep_alive_probes,
        ) = asked
        if changed and self._sock is not None and not self._connecting:
            self._enable_keep_alive(enable)
        return self

    def _enable_keep_alive(self, enable: bool) -> None:
        self._set_option(_socket.SOL_SOCKET, _socket.SO_KEEPALIVE, int(enable))
        if not enable or self._sock is None or self._sock.family not in FAMILY_NAMES:
            return
        tcp = _socket.IPPROTO_TCP
        if self._keep_alive_delay and hasattr(_socket, "TCP_KEEPIDLE"):
            self._set_option(tcp, _socket.TCP_KEEPIDLE, self._keep_alive_delay)
        if hasattr(_socket, "TCP_KEEPINTVL"):
            self._set_option(tcp, _socket.TCP_KEEPINTVL, self._keep_alive_interval)
        if hasattr(_socket, "TCP_KEEPCNT"):
            self._set_option(tcp, _socket.TCP_KEEPCNT, self._keep_alive_probes)

    def set_type_of_service(self, tos: int) -> Self:
        """Mark the packets that are sent: the TOS byte of IPv4, the traffic class of IPv6.

        `tos` is from 0 to 255; the system may ignore some of its bits. Before the connection
        stands, it is set then. Raises `ERR_INVALID_ARG_TYPE`, `ERR_OUT_OF_RANGE`, and `OSError`
        if the system refuses it. Reference: "socket.setTypeOfService(tos)".
        """
        self._turn.check_thread()
        before = self._type_of_service
        self._type_of_service = validate.int32(tos, "tos", 0, 255)
        if self._sock is not None and not self._connecting:
            try:
                self._mark_packets()
            except OSError:
                self._type_of_service = before
                raise
        return self

    def get_type_of_service(self) -> int:
        """What the packets are marked with, or will be once there is a connection.

        Raises `OSError` if the system does not tell. Reference: "socket.getTypeOfService()".
        """
        sock = self._sock
        if sock is None or self._connecting or sock.family not in FAMILY_NAMES:
            return self._type_of_service
        level, option = _type_of_service_option(sock.family)
        try:
            return sock.getsockopt(level, option)
        except OSError as error:
            raise errors.system_error(error.errno or errno.EIO, "get_type_of_service") from None

    def _mark_packets(self) -> None:
        sock = self._sock
        if sock is None or sock.family not in FAMILY_NAMES:
            return
        level, option = _type_of_service_option(sock.family)
        try:
            sock.setsockopt(level, option, self._type_of_service)
            if sock.family == _socket.AF_INET6:
                # An IPv6 socket may have an IPv4 peer.
                with suppress(OSError):
                    sock.setsockopt(_socket.IPPROTO_IP, _socket.IP_TOS, self._type_of_service)
        except OSError as error:
            raise errors.system_error(error.errno or errno.EIO, "set_type_of_service") from None

    def _set_option(self, level: int, option: int, value: int | bytes) -> None:
        """Set an option that a connection may lack (a Unix socket, a peer that has reset)."""
        sock = self._sock
        if sock is not None and (level == _socket.SOL_SOCKET or sock.family in FAMILY_NAMES):
            try:
                sock.setsockopt(level, option, value)
            except OSError:
                return


def _type_of_service_option(family: int) -> tuple[int, int]:
    if family == _socket.AF_INET:
        return _socket.IPPROTO_IP, _socket.IP_TOS
    return _socket.IPPROTO_IPV6, _socket.IPV6_TCLASS


def keep_alive_delay(value: object, name: str = "keep_alive_initial_delay") -> int:
    """Return a delay in whole seconds; a negative one is 0, as in Node.

    Raises `ERR_OUT_OF_RANGE` for what the system's calls cannot be given.
    """
    delay = validate.number(value, name)
    if not delay <= _LONGEST_DELAY:
        raise errors.out_of_range(name, f"<= {_LONGEST_DELAY}", value)
    return int(max(delay, 0))
