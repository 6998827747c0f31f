"""When a pipe between two Sockets moves its bytes by splice."""

from __future__ import annotations

import _socket
from operator import attrgetter
from typing import Any, Protocol

from ..stream.pipe import Pipe
from ..stream.read_side import ReadSide
from ..stream.seams import Outlet
from ..transport.descriptor import DescriptorTransport
from ..transport.protocol import Transport
from ..transport.splice import SUPPORTED, splice
from ..transport.writer import DescriptorWriter

__all__ = ["splice_when_full"]


class _Linked(Protocol):
    """The link of a Socket, as a splice knows it."""

    transport: Transport | None
    reader: ReadSide

    @property
    def direct(self) -> Outlet | None: ...
    @property
    def is_plain(self) -> bool: ...


_link_of = attrgetter("_net_link")


def splice_when_full(source: _Linked) -> None:
    """Look whether to splice when a chunk was as long as one can be: there is probably more."""
    transport = source.transport

    def look() -> None:
        if source.reader.pipes:
            _try_splice(source)

    if isinstance(transport, DescriptorTransport):
        transport.reader.on_full_chunk = look


def _try_splice(source: _Linked) -> None:
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
    """The writer of a destination whose `write()` is our own, and would send bytes at once."""
    try:
        link: _Linked = _link_of(destination)
    except AttributeError:
        return None
    transport = link.transport
    if not _is_system_socket(transport) or link.direct is None or not link.is_plain:
        return None
    assert isinstance(transport, DescriptorTransport)
    writer = transport.writer
    return writer if writer.scheduler is source.reader.scheduler and writer.is_empty else None


def _is_system_socket(transport: Transport | None) -> bool:
    return isinstance(transport, DescriptorTransport) and isinstance(
        transport.handle, _socket.socket
    )
