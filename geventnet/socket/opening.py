"""Which transport a connected descriptor gets."""

from __future__ import annotations

from ..addresses.unix import AF_UNIX
from ..transport.descriptor import DescriptorTransport
from ..transport.handles import Accepted, Handle
from ..transport.onread import BufferTransport
from ..transport.passing import PassingSocket
from ..transport.protocol import Context
from ..transport.untouched import UntouchedTransport
from .settings import Settings

__all__ = ["transport_of_accepted", "transport_on"]


def transport_on(context: Context, settings: Settings, handle: Handle) -> DescriptorTransport:
    """The transport on a handle that is connected."""
    if settings.takes_handles and handle.family == AF_UNIX:
        handle = PassingSocket(handle.detach(), blocking=False)
    if settings.onread is not None:
        return BufferTransport(context, handle, settings.onread)
    return DescriptorTransport(context, handle)


def transport_of_accepted(
    context: Context, settings: Settings, accepted: Accepted, address: object, untouched: bool
) -> DescriptorTransport:
    """The transport on what accept has given, with this address of the peer.

    One that is `untouched` is in blocking mode.
    """
    if settings.takes_handles and not isinstance(address, tuple):
        # Only Unix sockets have addresses that are no tuples.
        descriptor = accepted if isinstance(accepted, int) else accepted.detach()
        accepted = PassingSocket(descriptor, blocking=untouched)
    kind = UntouchedTransport if untouched else DescriptorTransport
    return kind(context, accepted, address)
