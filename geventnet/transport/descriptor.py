"""DescriptorTransport: a Transport on a descriptor of the system."""

from __future__ import annotations

import _socket
from contextlib import suppress
from sys import intern
from typing import Self

from .. import errors
from ..addresses.info import FAMILY_NAMES, AddressInfo, address_info
from ..addresses.unix import AF_UNIX
from ..loop.unpatched import close_fd
from .handles import Handle, close_handle, receive_function, send_function, socket_of
from .protocol import Context, Done, Idle
from .reader import DescriptorReader
from .writer import DescriptorWriter

__all__ = ["DescriptorTransport"]

_LINGER_NONE = b"\1\0\0\0\0\0\0\0"


class DescriptorTransport(DescriptorReader):
    """A connected socket, a pipe or a terminal.

    It is its own reader; its writer is made when it is first asked for.
    """

    __slots__ = ("_context", "_handle", "_host", "_no_delay", "_port", "_writer")

    #: Whether the descriptor is still in blocking mode.
    _untouched: bool = False

    def __init__(self, context: Context, handle: Handle | int, address: object = None) -> None:
        """A `handle` that is a number is the descriptor of a connection that accept has given, with
        this `address` of its peer."""
        descriptor = handle if isinstance(handle, int) else handle.fileno()
        DescriptorReader.__init__(self, context, descriptor, receive_function(handle))
        self._context = context
        #: What is closed with the transport. A number becomes a socket when that is asked for.
        self._handle: Handle | int | None = handle
        self._no_delay = False
        #: What accept gave: the system may not know the other end any more. Not as a tuple, which
        #: would be one object more that the garbage collector follows.
        self._host: str | None
        self._port: int
        if isinstance(address, tuple):
            # The connections of one host share its text.
            self._host, self._port = intern(address[0]), address[1]
        else:
            # That of a Unix socket is none.
            self._host, self._port = None, 0
        self._writer: DescriptorWriter | None = None

    def __repr__(self) -> str:
        return f"Reader of {self.owner!r}"

    @property
    def reader(self) -> Self:
        return self

    @property
    def handle(self) -> Handle | None:
        handle = self._handle
        return self._make_handle(handle) if isinstance(handle, int) else handle

    def _make_handle(self, descriptor: int) -> Handle | None:
        """The socket object of a connection that accept has given."""
        made = socket_of(descriptor, self._family)
        with suppress(OSError):
            # Whatever the default timeout of the module `socket` is.
            made.setblocking(self._untouched)
        # No other thread runs between these two: there is one owner of the descriptor.
        if self._handle is descriptor:
            self._handle = made
            return made
        made.detach()
        return self.handle

    @property
    def _family(self) -> int:
        """That of a connection that accept has given: only a Unix socket has no host."""
        if self._host is None:
            assert AF_UNIX is not None
            return AF_UNIX
        return _socket.AF_INET6 if ":" in self._host else _socket.AF_INET

    @property
    def writer(self) -> DescriptorWriter:
        """Made when it is first asked for: many connections wait for a long time."""
        writer = self._writer
        if writer is None:
            handle = self._handle
            assert handle is not None
            writer = self._writer = DescriptorWriter(
                self._context, self, send_function(handle), self._no_delay, self.idle
            )
        return writer

    @property
    def bytes_written(self) -> int:
        writer = self._writer
        return 0 if writer is None else writer.written()

    def cancel_write(self) -> Done | None:
        return None if self._writer is None else self._writer.cancel()

    def flush(self) -> None:
        if self._writer is not None:
            self._writer.flush()

    def watch_idle(self, idle: Idle | None) -> None:
        self.idle = idle
        if self._writer is not None:
            self._writer.idle = idle

    # Ends.

    def local(self) -> AddressInfo | None:
        handle = self.handle
        return None if handle is None else address_info(handle.family, handle.getsockname)

    def peer(self) -> AddressInfo | None:
        if self._handle is None:
            return None
        if self._host is not None:
            return address_info(self._family, self._accepted_peer)
        handle = self.handle
        return None if handle is None else address_info(handle.family, handle.getpeername)

    def _accepted_peer(self) -> tuple[str | None, int]:
        return self._host, self._port

    # Options.

    def set_no_delay(self, enable: bool) -> None:
        self._no_delay = enable
        if self._writer is not None:
            self._writer.flush()
            self._writer.no_delay = enable
        self._set_tcp_option(_socket.TCP_NODELAY, int(enable))

    def set_keep_alive(self, enable: bool, delay: int, interval: int, probes: int) -> None:
        self._set_option(_socket.SOL_SOCKET, _socket.SO_KEEPALIVE, int(enable))
        if not enable:
            return
        if delay and hasattr(_socket, "TCP_KEEPIDLE"):
            self._set_tcp_option(_socket.TCP_KEEPIDLE, delay)
        if hasattr(_socket, "TCP_KEEPINTVL"):
            self._set_tcp_option(_socket.TCP_KEEPINTVL, interval)
        if hasattr(_socket, "TCP_KEEPCNT"):
            self._set_tcp_option(_socket.TCP_KEEPCNT, probes)

    def set_type_of_service(self, value: int) -> None:
        handle = self.handle
        if handle is None or handle.family not in FAMILY_NAMES:
            return
        level, option = _type_of_service_option(handle.family)
        try:
            handle.setsockopt(level, option, value)
            if handle.family == _socket.AF_INET6:
                # An IPv6 socket may have an IPv4 peer.
                with suppress(OSError):
                    handle.setsockopt(_socket.IPPROTO_IP, _socket.IP_TOS, value)
        except OSError as error:
            raise errors.system_error_from(error, "setTypeOfService") from None

    def type_of_service(self) -> int | None:
        handle = self.handle
        if handle is None or handle.family not in FAMILY_NAMES:
            return None
        try:
            return handle.getsockopt(*_type_of_service_option(handle.family))
        except OSError as error:
            raise errors.system_error_from(error, "getTypeOfService") from None

    def _set_tcp_option(self, option: int, value: int) -> None:
        if self.handle is not None and self.handle.family in FAMILY_NAMES:
            self._set_option(_socket.IPPROTO_TCP, option, value)

    def _set_option(self, level: int, option: int, value: int | bytes) -> None:
        """Set an option that the connection may lack (a pipe, a peer that has reset)."""
        if self.handle is not None:
            with suppress(OSError):
                self.handle.setsockopt(level, option, value)

    def set_ref(self, ref: bool) -> None:
        super().set_ref(ref)
        if self._writer is not None:
            self._writer.set_ref(ref)

    # Ending.

    def shut_writing(self) -> None:
        if self.handle is not None:
            self.handle.shutdown(_socket.SHUT_WR)

    def shut_reading(self) -> None:
        if self.handle is not None:
            self.handle.shutdown(_socket.SHUT_RD)

    def abort(self) -> None:
        self.flush()
        self._set_option(_socket.SOL_SOCKET, _socket.SO_LINGER, _LINGER_NONE)

    def take_into(self, buffer: memoryview) -> int:
        handle = self.handle
        assert handle is not None
        count = handle.recv_into(buffer)
        self.moved(count)
        return count

    def release(self) -> None:
        self.stop_watching()
        if self._writer is not None:
            self._writer.close()

    def close(self) -> None:
        self.release()
        handle = self._handle
        if isinstance(handle, int):
            try:
                # An interrupt comes before both or after both: each descriptor is closed once.
                self._handle = None
                close_fd(handle)
            except OSError:
                # Somebody else has closed it already.
                return
        elif handle is not None:
            close_handle(handle)
            self._handle = None

    def forget(self) -> None:
        super().forget()
        if self._writer is not None:
            self._writer.forget()
        self.close()


def _type_of_service_option(family: int) -> tuple[int, int]:
    if family == _socket.AF_INET:
        return _socket.IPPROTO_IP, _socket.IP_TOS
    return _socket.IPPROTO_IPV6, _socket.IPV6_TCLASS
