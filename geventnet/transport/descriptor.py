"""DescriptorTransport: a Transport on a descriptor of the system."""

from __future__ import annotations

import _socket
from contextlib import suppress

from .. import errors
from ..addresses.info import FAMILY_NAMES, AddressInfo, address_info
from .handles import Handle, close_handle
from .onread import BufferReader, OnRead
from .protocol import Context, Done, Idle
from .reader import DescriptorReader, UntouchedReader
from .writer import DescriptorWriter

__all__ = ["DescriptorTransport"]

_LINGER_NONE = b"\1\0\0\0\0\0\0\0"


class DescriptorTransport:
    """A connected socket, a pipe or a terminal.

    It is the owner's from `__init__` to `close` or `release`: meanwhile the scheduler serves turns.
    One that is `untouched` is left in blocking mode until it is read or written for the first time:
    until then a child process may be given its descriptor.
    """

    __slots__ = ("_address", "_context", "_no_delay", "_untouched", "_writer", "handle", "reader")

    def __init__(
        self,
        context: Context,
        handle: Handle,
        onread: OnRead | None = None,
        address: object = None,
        untouched: bool = False,
    ) -> None:
        self.handle: Handle | None = handle
        self._context = context
        self._no_delay = False
        #: What accept gave: the system may not know the other end any more.
        self._address = address
        self._untouched = untouched
        self.reader: DescriptorReader | BufferReader
        if onread is not None:
            self.reader = BufferReader(context, handle, onread)
        elif untouched:
            self.reader = UntouchedReader(context, handle, self._use)
        else:
            self.reader = DescriptorReader(context, handle)
        self._writer: DescriptorWriter | None = None
        context.scheduler.enroll(context.owner)

    @property
    def writer(self) -> DescriptorWriter:
        """Made when it is first asked for: many connections wait for a long time."""
        writer = self._writer
        if writer is None:
            assert self.handle is not None
            self._use()
            writer = self._writer = DescriptorWriter(
                self._context, self.handle, self._no_delay, self.reader.idle
            )
        return writer

    def _use(self) -> None:
        """The descriptor is about to be read or written."""
        if self._untouched and self.handle is not None:
            self._untouched = False
            self.handle.setblocking(False)

    @property
    def bytes_written(self) -> int:
        writer = self._writer
        return 0 if writer is None else writer.bytes_written + writer.coalesced_bytes

    def cancel_write(self) -> Done | None:
        return None if self._writer is None else self._writer.cancel()

    def flush(self) -> None:
        if self._writer is not None:
            self._writer.flush()

    def watch_idle(self, idle: Idle | None) -> None:
        self.reader.idle = idle
        if self._writer is not None:
            self._writer.idle = idle

    # Ends.

    def local(self) -> AddressInfo | None:
        handle = self.handle
        return None if handle is None else address_info(handle, handle.getsockname)

    def peer(self) -> AddressInfo | None:
        handle, address = self.handle, self._address
        if handle is None:
            return None
        return address_info(handle, handle.getpeername if address is None else lambda: address)

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
        self.reader.set_ref(ref)
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

    def release(self) -> None:
        self.reader.close()
        if self._writer is not None:
            self._writer.close()
        self.reader.scheduler.dismiss(self.reader.owner)

    def close(self) -> None:
        self.release()
        handle = self.handle
        if handle is not None:
            close_handle(handle)
            self.handle = None

    def forget(self) -> None:
        self.reader.forget()
        if self._writer is not None:
            self._writer.forget()
        self.close()


def _type_of_service_option(family: int) -> tuple[int, int]:
    if family == _socket.AF_INET:
        return _socket.IPPROTO_IP, _socket.IP_TOS
    return _socket.IPPROTO_IPV6, _socket.IPV6_TCLASS
