"""What a server does with the Sockets that it has accepted."""

from __future__ import annotations

from collections.abc import Callable
from operator import attrgetter
from typing import Final

from ..blocking.face import BlockingFace
from ..loop.reports import report_line
from ..loop.tasks import Owner
from ..stream.states import ReadEnd
from .link import link_of
from .socket import Socket

__all__ = [
    "accept",
    "begin_handled",
    "begin_reading",
    "end_handled",
    "handler_failed",
    "handler_ran_out_of_time",
    "is_at_end",
    "is_idle",
]

#: The server's side of a connection; see `Connection`.
accept: Final[Callable[..., Socket]] = attrgetter("_net_accepted")(Socket)


def begin_reading(socket: Socket, paused: bool) -> Owner:
    """Read what an accepted connection brings; `paused` is nothing before `resume()`.

    Returns the owner of the connection's tasks.
    """
    link = link_of(socket)
    link.begin_reading(paused)
    return link.life


def begin_handled(socket: Socket) -> None:
    """A handler is about to run: its errors and the end of the stream are its own to take."""
    link = link_of(socket)
    link.face = BlockingFace(link)


def end_handled(socket: Socket) -> None:
    """The handler has returned: send what it has written, then close."""
    if not link_of(socket).life.end_unheard():
        socket.destroy_soon()


def is_idle(socket: Socket, handled: bool) -> bool:
    """Whether nothing waits to be sent or received, and a handler for the peer alone."""
    link = link_of(socket)
    waits = not handled or (link.face is not None and link.face.is_receiving)
    return waits and not link.reader.length and not link.write_length


def is_at_end(socket: Socket) -> bool:
    """Whether the other side has ended."""
    return link_of(socket).reader.end is not ReadEnd.OPEN


def handler_ran_out_of_time(socket: Socket, error: BaseException) -> None:
    """The handler has run into a time limit: destroy its socket, and report it in one line."""
    said = " ".join(str(error).split()) or "time is up"
    link = link_of(socket)
    try:
        text = f"handler of {socket!r}: {type(error).__name__}: {said}"
        report_line(text, socket, link.peer_name)
    finally:
        link.life.listener_failed(error)


def handler_failed(socket: Socket, error: BaseException) -> None:
    """The handler has raised `error`: destroy its socket, and report it."""
    life = link_of(socket).life
    life.scheduler.listener_failed(life, error)
