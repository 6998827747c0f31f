"""Connection: what Node's `net.Socket` does. It never blocks, and tells by events."""

from __future__ import annotations

import os
from collections.abc import Hashable
from typing import TYPE_CHECKING, Any, Protocol, Self, Unpack, overload

from .. import errors
from ..addresses.blocklist import BlockList
from ..addresses.proxy import ProxyHeader
from ..arguments import values
from ..arguments.arity import fitting
from ..connect.target import Lookup, connect_target
from ..events.abort import AbortSignal
from ..events.emitter import EventEmitter
from ..events.names import Listener
from ..loop.scheduler import Scheduler
from ..stream.direct import find_direct
from ..stream.duplex import Duplex
from ..stream.flow import resume
from ..stream.readable import read_mark
from ..stream.seams import Callback
from ..stream.states import DESTROYED, LIFE_CLOSED, ReadEnd, WriteEnd
from ..stream.writable import Writable
from ..stream.write_side import WriteSide
from ..transport.duplex import DuplexTransport
from ..transport.handles import (
    Accepted,
    Handle,
    adopt,
    close_accepted,
    is_connected,
    reads,
    set_blocking,
    take_from,
)
from ..transport.onread import OnRead, check_on_read
from . import options
from .endpoint import Endpoint
from .link import Counting, Link, TransportFactory, link_of
from .settings import USUAL, Settings
from .splicing import splice_when_full
from .surrender import surrender, would_lose

if TYPE_CHECKING:
    from ..connect.forms import ConnectOptions, Path, Reachable
    from ..events.listeners import BareListener

__all__ = ["Connection"]


class AcceptOptions(Protocol):
    """The server, as the connections that it has accepted know it."""

    allow_half_open: bool
    high_water_mark: int
    max_buffered: int | None
    handles: bool


class Connection(Endpoint):
    """One end of a TCP or Unix-socket connection, with the names of Node's `net.Socket`."""

    __slots__ = ()

    def __init__(
        self,
        *,
        fd: int | None = None,
        allow_half_open: bool = False,
        readable: bool = True,
        writable: bool = True,
        signal: AbortSignal | None = None,
        high_water_mark: int | None = None,
        max_buffered: int | None = None,
        onread: OnRead | None = None,
        no_delay: bool = False,
        keep_alive: bool = False,
        keep_alive_initial_delay: float | None = 0,
        handles: bool = False,
    ) -> None:
        if signal is not None:
            values.abort_signal(signal)
        delay = values.keep_alive_delay(keep_alive_initial_delay)
        wanted = options.Options(bool(no_delay), bool(keep_alive), delay)
        limit = values.max_buffered(max_buffered)
        mark = read_mark(high_water_mark, False)
        settings = Settings(
            onread=None if onread is None else check_on_read(onread),
            max_buffered=limit,
            takes_handles=bool(handles),
            is_plain=self._net_is_plain(),
        )
        link = Link(self, wanted, USUAL if settings == USUAL else settings)
        handle = None if fd is None else adopt(fd)
        self._net_start(link, mark, bool(allow_half_open))
        if handle is not None:
            if not readable:
                self._net_reader.remove()
            if not writable:
                self._net_writer.remove()
            self._net_take(handle)
        if signal is not None:
            self._net_life.obey(signal)

    def _net_start(
        self, link: Link, mark: int, allow_half_open: bool, scheduler: Scheduler | None = None
    ) -> None:
        EventEmitter.__init__(self)
        self._net_link = link
        link.begin(self._net_events, mark, allow_half_open, scheduler)
        self._net_renewed()

    @classmethod
    def _net_is_plain(cls) -> bool:
        """Whether the calls that a user's class may override are our own."""
        return (
            cls.write is Connection.write
            and cls.end is Connection.end
            and cls.emit is Connection.emit
        )

    def _net_renewed(self) -> None:
        """The link has begun a life."""
        link = self._net_link
        self._net_life = link.life
        self._net_reader = link.reader
        self._net_write_side = None

    def _net_make_writer(self) -> WriteSide:
        self._net_write_side = side = self._net_link.writer
        return side

    def _net_take(self, handle: Handle) -> None:
        """Own a handle from outside."""
        link = self._net_link
        if not is_connected(handle):
            link.before_open().take(handle)
            return
        link.open_handle(handle)
        if self._net_reader.present:
            if reads(handle):
                self._net_reader.read(0)
            else:
                self.destroy(errors.not_connected("read"))

    @classmethod
    def adopt(
        cls,
        donor: object,
        *,
        allow_half_open: bool = False,
        signal: AbortSignal | None = None,
        high_water_mark: int | None = None,
    ) -> Self:
        """Make a Socket of a connected `socket.socket`, `gevent.socket.socket` or Socket.

        The donor gives the connection up: it is closed without closing it, and a Socket emits
        `'close'`; what a Socket has read already is read here first. Options that were set on the
        connection stay, and so does the donor's limit on blocking calls (`settimeout`). Never
        blocks. Raises `ERR_INVALID_ARG_TYPE`, `ERR_INVALID_FD_TYPE`, `ERR_SOCKET_CLOSED`,
        `ERR_INVALID_ARG_VALUE` for an encrypted one, and as `detach` does.
        Reference: "new net.Socket([options])".
        """
        if signal is not None:
            values.abort_signal(signal)
        if isinstance(donor, Connection):
            link_of(donor).scheduler.check_thread()
        self = cls(allow_half_open=allow_half_open, high_water_mark=high_water_mark)
        limit = getattr(donor, "gettimeout", None)
        if callable(limit):
            link = self._net_link
            link.settings = link.settings._replace(donor_limit=limit())
        unread = b""
        if isinstance(donor, Connection):
            fd, unread = surrender(link_of(donor))
        else:
            fd = take_from(donor)
        handle = adopt(fd)
        if unread:
            self.unshift(unread)
        self._net_take(handle)
        if signal is not None:
            self._net_life.obey(signal)
        return self

    @classmethod
    def over(
        cls,
        stream: Duplex | TransportFactory,
        *,
        allow_half_open: bool = False,
        high_water_mark: int | None = None,
    ) -> Self:
        """Make a Socket that stands on a Duplex of bytes, and gives it the blocking calls.

        What the Socket receives is read from the Duplex, and what is sent is written to it; both
        end and fail together. Or `stream(context)` returns an open transport of your own: see
        docs/transports.md. Never blocks. Raises `ERR_INVALID_ARG_VALUE` for a Duplex
        that gives text or objects. Reference: "new net.Socket([options])".
        """
        self = cls(allow_half_open=allow_half_open, high_water_mark=high_water_mark)
        make = (
            (lambda context: DuplexTransport(context, stream))
            if isinstance(stream, Duplex)
            else stream
        )
        self._net_link.open(make)
        self._net_reader.read(0)
        return self

    @classmethod
    def _net_accepted(
        cls,
        server: AcceptOptions,
        wanted: options.Options,
        accepted: Accepted,
        address: object,
        counted_by: Counting,
        untouched: bool,
        scheduler: Scheduler,
    ) -> Self:
        """The server's side of a connection that `accept` gave with this address.

        One that is `untouched` stays in blocking mode. It reads nothing before `begin_reading`.
        `counted_by` is told when it has closed, or what travels with it into another process.
        """
        self = cls.__new__(cls)
        settings = USUAL
        if server.max_buffered is not None or server.handles:
            settings = Settings(max_buffered=server.max_buffered, takes_handles=server.handles)
        link = Link(self, wanted, settings)
        self._net_start(link, server.high_water_mark, server.allow_half_open, scheduler)
        link.accepted_by = server
        link.counted_by = counted_by
        try:
            set_blocking(accepted, untouched)
            link.open_accepted(accepted, address, untouched)
        except BaseException:
            if link.transport is None:
                close_accepted(accepted)
            self.destroy()
            raise
        return self

    # Connecting.

    @overload
    def connect(
        self,
        port: int | str | None,
        host: values.Host | None = None,
        connect_listener: BareListener | None = None,
        **options: Unpack[ConnectOptions],
    ) -> Self: ...
    @overload
    def connect(
        self,
        port: int | str | None,
        connect_listener: BareListener,
        /,
        **options: Unpack[ConnectOptions],
    ) -> Self: ...
    @overload
    def connect(
        self,
        path: Path,
        connect_listener: BareListener | None = None,
        **options: Unpack[ConnectOptions],
    ) -> Self: ...
    @overload
    def connect(
        self,
        address: Reachable,
        connect_listener: BareListener | None = None,
        /,
        **options: Unpack[ConnectOptions],
    ) -> Self: ...
    def connect(
        self,
        *args: Any,
        port: int | str | None = None,
        host: values.Host | None = None,
        path: str | bytes | os.PathLike[str] | None = None,
        local_address: values.Host | None = None,
        local_port: int | None = None,
        family: int | str | None = None,
        hints: int | None = 0,
        lookup: Lookup | None = None,
        auto_select_family: bool | None = None,
        auto_select_family_attempt_timeout: float | None = None,
        connect_timeout: float | None = None,
        block_list: BlockList | None = None,
        no_delay: bool | None = None,
        keep_alive: bool | None = None,
        keep_alive_initial_delay: float | None = None,
        onread: OnRead | None = None,
        proxy_protocol: ProxyHeader | int | None = None,
        connect_listener: Listener | None = None,
    ) -> Self:
        """Connect to a host's port, or to the Unix socket at `path`.

        The forms are `connect(port[, host][, listener])`, `connect(path[, listener])`, either of
        them by keyword, and `connect(address[, listener])`: a `(host, port)` tuple, an AddressInfo,
        a SocketAddress, or a Server of this process. A text that reads like a host
        (`connect("127.0.0.1:80")`) is refused as a path, unless it is `path=`. The listener is
        called once, on `'connect'`. `host` is `"localhost"` by default, and may be an object of
        the module `ipaddress`. This end is bound to `local_address` and `local_port`, if they are
        given.

        A name is looked up with gevent's resolver, limited to `family` (4 or 6), with `hints`
        (`socket.AI_*` flags), or by `lookup(host, options, callback)`: that is called inside this
        call and calls `callback(error, address, family)`, or simply returns what it has found.
        With `auto_select_family` every address is tried until one connects; the next one begins
        when the last has failed, or has had `auto_select_family_attempt_timeout` seconds.
        Attempts that have no answer yet go on meanwhile; the last ones go on until the system gives
        up, which may take minutes, or until `connect_timeout`.
        Addresses in `block_list` are not connected to (`ERR_IP_BLOCKED`). All of it together may
        take `connect_timeout` seconds, else the error is a `TimeoutError`.

        What is received goes to `onread` from this connection on, if it is given (see `OnRead`).
        `no_delay` and the keep-alive options stand for those of the Socket.

        `proxy_protocol` is sent before anything else: a `ProxyHeader`, or 1 or 2 for one of that
        version that names the two ends of this connection. `bytes_written` counts it.

        Never blocks. `'lookup'` (for a name), `'connectionAttempt'`, `'connect'` and `'ready'`
        follow, or `'error'` and `'close'`. Raises `NetError` for bad arguments.
        Reference: "socket.connect()".
        """
        self._net_check_thread()
        given = connect_target(
            args,
            port=port,
            host=host,
            path=path,
            family=family,
            hints=hints,
            lookup=lookup,
            local_address=local_address,
            local_port=local_port,
            block_list=block_list,
            auto_select_family=auto_select_family,
            attempt_timeout=auto_select_family_attempt_timeout,
            connect_timeout=connect_timeout,
            proxy_protocol=proxy_protocol,
            listener=connect_listener,
        )
        delay = keep_alive_initial_delay
        if delay is not None:
            delay = values.keep_alive_delay(delay)
        link = self._net_link
        settings = link.settings
        if onread is not None:
            settings = settings._replace(onread=check_on_read(onread))
        if given.listener is not None:
            self.once("connect", given.listener)
        link.options = link.options.but(no_delay, keep_alive, delay)
        link.settings = settings
        link.connect(self, given.target, self._net_renewed)
        return self

    # Reading.

    def pause(self) -> Self:
        """Stop reading: no `'data'`, and nothing for `onread=`, until `resume()`.

        Emits `'pause'` inside the call. Reference: "socket.pause()".
        """
        self._net_check_thread()
        reader = self._net_link.buffer_reader()
        if reader is not None:
            reader.stop()
            self._net_reader.stopped()
        return Duplex.pause(self)

    def resume(self) -> Self:
        """Read again after `pause()`. Never blocks; `'resume'` follows.

        Reference: "socket.resume()".
        """
        self._net_life.scheduler.check_thread()
        reader = self._net_link.buffer_reader()
        if reader is not None:
            reader.start()
        resume(self._net_reader)
        return self

    def pipe(self, destination: Any, *, end: bool = True) -> Any:
        answer = Duplex.pipe(self, destination, end=end)
        splice_when_full(self._net_link)
        return answer

    def unshift(self, chunk: Any, encoding: str | None = None) -> bool:
        side = self._net_reader
        self._net_check_thread()
        if self.errored is None or self._net_link.face is None or side.encoding is not None:
            answer = side.unshift(chunk, encoding)
        else:
            # What was received before an error can be received after it, and so can what is put
            # back.
            side.put_back(chunk, encoding)
            answer = False
        self._net_rouse_receiver()
        return answer

    def _net_listeners_changed(self, event: Hashable | None) -> None:
        if event == "data" or event is None:
            find_direct(self._net_reader)
            self._net_rouse_receiver()

    def _net_rouse_receiver(self) -> None:
        face = self._net_link.face
        if face is not None:
            face.reads.rouse()

    # Writing.

    def write(
        self,
        chunk: Any,
        encoding: str | Callback | None = None,
        callback: Callback | None = None,
    ) -> bool:
        """Send bytes, or text in `encoding` (UTF-8); never blocks.

        Returns False if something could not be sent at once and what waits reaches the high-water
        mark; `'drain'` follows. What is written before the connection stands is sent then.
        `callback(error_or_none)` is called when the data were given to the system, or failed.
        Reference: "socket.write(data[, encoding][, callback])".
        """
        side = self._net_write_side
        direct = self._net_link.outlet if side is None else side.direct
        if direct is None or encoding is not None or callback is not None:
            return self._net_write(chunk, encoding, callback)
        if type(chunk) is not bytes:
            chunk, _ = self._net_writer.outgoing(chunk, None)
        return direct.put(chunk) or self._net_hold_back()

    def _net_write(
        self, chunk: Any, encoding: str | Callback | None, callback: Callback | None
    ) -> bool:
        self._net_check_thread()
        if callable(encoding):
            encoding, callback = None, encoding
        if callback is not None:
            callback = fitting(callback, 1)
            if self._net_life.state is LIFE_CLOSED:
                self._net_meet_again()
        link = self._net_link
        if link.outlet is None:
            link.prepare_to_write()
            if link.outlet is not None and callback is None and type(chunk) is bytes:
                return link.outlet.put(chunk) or self._net_hold_back()
        side = self._net_writer
        direct = side.direct
        if direct is not None:
            chunk, _ = side.outgoing(chunk, encoding)
            answer = direct.put(chunk) if callback is None else direct.put_with(chunk, callback)
            return answer or self._net_hold_back()
        if (
            side.end is WriteEnd.OPEN
            or self._net_reader.end is not ReadEnd.ENDED
            or self._net_life.allow_half_open
        ):
            return side.write(chunk, encoding, callback) or self._net_hold_back()
        error = errors.ended_by_peer()
        side.refuse(callback, error)
        self.destroy(error)
        return False

    def _net_hold_back(self) -> bool:
        """Answer False to a write; destroy the socket if more waits than is allowed."""
        limit = self._net_link.settings.max_buffered
        if limit is not None and self._net_writer.length > limit:
            self.destroy(errors.socket_max_buffered(limit))
        return False

    def end(
        self,
        chunk: Any = None,
        encoding: str | Callback | None = None,
        callback: Callback | None = None,
    ) -> Self:
        """Send `chunk`, if there is one, then the end of the stream (FIN); never blocks.

        The other side may still send. `'finish'` follows. Reference: "socket.end()".
        """
        Writable.end(self, chunk, encoding, callback)
        self._net_hold_back()
        face = self._net_link.face
        if face is not None:
            face.writes.stop()
        return self

    # Ending.

    def destroy(self, error: BaseException | None = None) -> Self:
        """Close the connection now; what was not sent yet is lost.

        Never blocks. `'error'`, if there is one, and `'close'` with `had_error` follow.
        Reference: "socket.destroy([error])".
        """
        life = self._net_life
        if life.state < DESTROYED:
            life.scheduler.check_thread()
            self._net_link.flush()
            life.destroy(error)
        return self

    def destroy_soon(self) -> None:
        """End the writable side and destroy the socket once everything is sent.

        Never blocks. Reference: "socket.destroySoon()".
        """
        if self.writable:
            self.end()
        if self.writable_finished:
            self.destroy()
        else:
            self._net_link.destroy_when_finished()

    def reset_and_destroy(self) -> Self:
        """Close the TCP connection with a reset (RST), once it stands if it is connecting.

        Never blocks; `'close'` follows. A socket that has no connection is destroyed with
        `ERR_SOCKET_CLOSED`. Raises `ERR_INVALID_HANDLE_TYPE` if it is not TCP.
        Reference: "socket.resetAndDestroy()".
        """
        self._net_check_thread()
        link = self._net_link
        if not link.has_handle:
            self.destroy(errors.socket_closed())
        elif link.is_unix:
            raise errors.invalid_handle_type()
        elif link.connecting:
            link.before_open().reset_later(self._net_reset)
        else:
            self._net_reset()
        return self

    def _net_reset(self) -> None:
        transport = self._net_link.transport
        if transport is not None:
            transport.abort()
        self.destroy()

    def detach(self) -> int:
        """Give up the connection: returns its descriptor, the caller's now, in non-blocking mode.

        `gevent.socket.socket(fileno=...)` can use it as it is. A `socket.socket` that is not
        patched needs `setblocking(True)`, and then holds up the whole hub while it waits.

        The Socket is closed, `'close'` follows. Never blocks. Raises `ERR_SOCKET_CLOSED` if there
        is no connection, and `ERR_INVALID_STATE` if bytes would be lost: written and not sent yet
        (wait for `'drain'`), or received and not read yet (`pause()` and `read()` them).
        """
        if self._net_reader.length:
            raise would_lose("read")
        fd, _ = surrender(self._net_link)
        return fd
