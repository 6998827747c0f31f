"""Surrender: how a connection is taken out of its Socket without the loss of a byte."""

from __future__ import annotations

from .. import errors
from ..stream.states import DESTROYED
from .link import Link

__all__ = ["check", "surrender", "would_lose"]


def would_lose(done: str) -> errors.NetError:
    """Build the error of a call that would lose bytes that are not `done` yet."""
    return errors.NetRuntimeError(
        f"The socket has bytes that are not {done} yet", "ERR_INVALID_STATE"
    )


def check(link: Link) -> None:
    """Raise what `surrender` would."""
    life, reader, writer = link.life, link.reader, link.writer
    life.scheduler.check_thread()
    if link.handle is None or link.connecting or life.state >= DESTROYED:
        raise errors.socket_closed()
    link.flush()
    if writer.length:
        raise would_lose("sent")
    if (reader.length and reader.encoding is not None) or reader.holds_part:
        raise would_lose("read")


def surrender(link: Link) -> tuple[int, bytes]:
    """Take the connection: its descriptor, and what was received and not read yet.

    The Socket is closed. Raises `ERR_SOCKET_CLOSED`, and `ERR_INVALID_STATE` if bytes would be
    lost.
    """
    check(link)
    reader = link.reader
    unread: bytes = reader.pop(reader.length) if reader.length else b""
    return link.detach(), unread
