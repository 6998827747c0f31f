"""When a pipe between two Sockets moves its bytes by splice."""

from __future__ import annotations

import _socket
from operator import attrgetter
from typing import Any, Protocol

from ..stream.pipe import Pipe
from ..transport.descriptor import DescriptorTransport
from ..transport.protocol import Transport
from ..transport.splice import SUPPORTED, splice
from ..transport.writer import DescriptorWriter

__all__ = ["try_splice"]


class _Linked(Protocol):
    """The link of a Socket, as a splice knows it."""

    transport: Transport | None

    @property
    def takes_bytes_directly(self) -> bool: ...


_link_of = attrgetter("_net_link")


def try_splice(source: _Linked) -> None:
    """Splice a source whose reads fill their chunks, if nobody looks at the bytes but a pipe."""
    transport = source.transport
    if not SUPPORTED or not _is_system_socket(transport):
        return
    assert isinstance(transport, DescriptorTransport)
    reader = transport.reader
    pipe = getattr(reader.direct, "__self__", None)
    if not isinstance(pipe, Pipe) or reader.splice is not None:
        return
    destination = pipe.destination

    def accepts() -> DescriptorWriter | None:
        return _writer_past(destination, transport)

    if accepts() is not None:
        splice(reader, accepts, pipe.hold)


def _writer_past(destination: Any, source: DescriptorTransport) -> DescriptorWriter | None:
    """The writer of a destination whose `write()` would send bytes at once, and is its own."""
    try:
        link: _Linked = _link_of(destination)
    except AttributeError:
        return None
    transport = link.transport
    if not _is_system_socket(transport) or not link.takes_bytes_directly:
        return None
    assert isinstance(transport, DescriptorTransport)
    writer = transport.writer
    return writer if writer.scheduler is source.reader.scheduler and writer.is_empty else None


def _is_system_socket(transport: Transport | None) -> bool:
    return isinstance(transport, DescriptorTransport) and isinstance(
        transport.handle, _socket.socket
    )
