"""Proxied: an accepted connection that begins with a PROXY header, until that has come.

Nobody knows of its Socket yet, and nothing else is read: the header's bytes are looked at with
MSG_PEEK and taken one by one, so that what follows stays with the system.
"""

from __future__ import annotations

import _socket
from collections.abc import Callable
from typing import Final

from ..addresses.info import AddressInfo
from ..addresses.proxy import (
    LONGEST_HEADER,
    MISSING,
    TIMED_OUT,
    HeaderRefused,
    Parser,
    ProxyHeader,
)
from ..loop.tasks import FREE
from ..loop.timers import Timer
from ..stream.states import DESTROYED
from ..transport.descriptor import DescriptorTransport
from .link import Link, link_of
from .socket import Socket

__all__ = ["Proxied"]

_PEEK: Final = _socket.MSG_PEEK


class Proxied:
    """See the top of this file.

    `welcome(socket)` is called when the header has come, `refuse(socket, reason)` when it is none
    that can be accepted, or has not come within `limit` seconds; then the socket is to be
    destroyed.
    """

    __slots__ = ("_link", "_parser", "_read", "_refuse", "_socket", "_timer", "_welcome")

    def __init__(
        self,
        socket: Socket,
        limit: float,
        welcome: Callable[[Socket], object],
        refuse: Callable[[Socket, str], object],
    ) -> None:
        self._socket = socket
        self._welcome = welcome
        self._refuse = refuse
        self._link: Link = link_of(socket)
        self._parser = Parser()
        transport = self._link.transport
        assert isinstance(transport, DescriptorTransport)
        self._read = transport.reader.receive
        transport.reader.receive = self._receive
        transport.reader.start()
        self._timer = Timer(self._link.scheduler, self._expire)
        self._timer.start(limit)

    def stop(self) -> None:
        """Wait no longer."""
        self._timer.stop()

    def _receive(self, descriptor: int, size: int) -> bytes:
        """Stand for `os.read` of the reader, which is given nothing."""
        link = self._link
        handle, parser = link.handle, self._parser
        assert isinstance(handle, _socket.socket)
        try:
            peeked = handle.recv(LONGEST_HEADER, _PEEK)
            count = parser.feed(peeked)
            handle.recv(count)
        except (BlockingIOError, InterruptedError):
            raise
        except OSError:
            self._end(self._refuse, MISSING)
        except HeaderRefused as refused:
            self._end(self._refuse, refused.reason)
        else:
            if not peeked:
                self._end(self._refuse, MISSING)
            elif parser.header is not None:
                self._accept(parser.header)
        raise BlockingIOError

    def _accept(self, header: ProxyHeader) -> None:
        link = self._link
        transport = link.transport
        assert isinstance(transport, DescriptorTransport)
        transport.reader.receive = self._read
        if isinstance(header.source, AddressInfo):
            proxy = link.peer_address()
            link.known = link.known._replace(
                peer=header.source, proxy_header=header, proxy_peer=proxy
            )
        else:
            link.known = link.known._replace(proxy_header=header)
        self._end(self._welcome)

    def _expire(self) -> None:
        self._end(self._refuse, TIMED_OUT)

    def _end(self, tell: Callable[..., object], *arguments: object) -> None:
        self._timer.stop()
        transport = self._link.transport
        if transport is not None:
            transport.reader.stop()
        life = self._link.life
        life.scheduler.call_soon(life, FREE, self._tell, tell, *arguments)

    def _tell(self, tell: Callable[..., object], *arguments: object) -> None:
        if self._link.life.state < DESTROYED:
            tell(self._socket, *arguments)
