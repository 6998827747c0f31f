"""Socket: a TCP or Unix-socket connection as a Duplex.

=============  ===================================================================================
new            no connection was asked for
connecting     `connect()` was called: a `Dial` is under way; what is written is kept in
               `_pending_write` and behind it in the queue
connected      `_in` and `_out` pump
half closed    one side has ended (`_end_emitted`, `_finished`); the other goes on
destroyed      the pumps and the descriptor are closed; `'close'` is due
closed         `'close'` was emitted
=============  ===================================================================================

`connect()` starts over (`_restart`) when the socket is destroyed or closed. Nothing that is
deferred for one connection, or waits for it, reaches the next; only its `'error'` and `'close'` are
still told.

`_connecting` is set in `connect` and cleared in `_on_connected`, in `_destroy` and, just before, by
a Dial that has failed. The descriptor is taken in `_open` and closed in `_close_descriptor`, each
there only; while a Dial is under way, it is the Dial's.

What a listener writes inside its own socket's step is joined (`_joined`) and sent when it returns
or blocks. `_plain` is the write pump when bytes may go to it, or be joined, at once: connected,
nothing queued or under way, not corked, not ending. Whatever changes one of these calls
`_find_plain`.
"""

from __future__ import annotations

import _socket
import errno
import os
from collections.abc import Hashable, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any, ClassVar, Self

from greenlet import getcurrent

from . import errors, validate
from .abort import AbortSignal
from .arity import fitting
from .blocking import BlockingFace
from .blocklist import BlockList
from .calls import Calls
from .dial import Dial, Lookup, Target
from .endpoints import FAMILY_NAMES, Endpoints
from .events import Listener
from .handle import (
    Descriptor,
    Handle,
    adopt,
    close_handle,
    is_connected,
    lacks_room,
    surrender,
    transfer_functions,
)
from .idle import IdleClock
from .naming import show_methods_as
from .options import (
    KEEP_ALIVE_INTERVAL,
    KEEP_ALIVE_PROBES,
    ConnectionOptions,
    keep_alive_delay,
)
from .pumps import BufferPump, OnRead, ReadPump, WritePump, check_on_read
from .receiving import Receiving
from .sending import Sending
from .splice import splice_if_plain
from .stream.base import Callback
from .stream.duplex import Duplex
from .stream.writable import Writable
from .turn import FREE, WRITE, Deferred, thread_ident

if TYPE_CHECKING:
    from .server import Server

__all__ = ["Socket", "check_max_buffered", "connect", "create_connection"]

_AF_UNIX: int | None = getattr(_socket, "AF_UNIX", None)
#: What happens to accepted connections and is nobody's fault.
WEATHER = ("ECONNRESET", "EPIPE")
#: Joining copies, so what is joined stays short even if the high-water mark is not (bytes).
_LONGEST_JOIN = 16384


class Socket(ConnectionOptions):
    """One end of a TCP or Unix-socket connection.

    `fd` wraps a connected socket's descriptor, which the Socket owns from then on; `readable` and
    `writable` say what may be done with it. Without `allow_half_open` the writable side is ended
    when the other side has ended, unless a blocking call was made (see `BlockingFace`).
    `high_water_mark` is in bytes, `keep_alive_initial_delay` in seconds. A `write()` after which
    more than `max_buffered` bytes (None is no limit) wait to be sent destroys the socket with
    `ERR_SOCKET_MAX_BUFFERED`. Aborting `signal` destroys the socket. With `onread` (see `OnRead`)
    what is received goes into a buffer of the caller's instead of to `'data'`.

    Never blocks. Raises `NetError` for bad options, `OSError` for a bad descriptor.
    Reference: "new net.Socket([options])".
    """

    __slots__ = (
        "_accepted_by",
        "_bytes_dispatched",
        "_calls",
        "_connecting",
        "_dial",
        "_final_waits",
        "_from",
        "_had_error",
        "_has_handle",
        "_idle",
        "_in",
        "_join_mark",
        "_joined",
        "_joined_callbacks",
        "_keep_alive",
        "_keep_alive_delay",
        "_keep_alive_interval",
        "_keep_alive_probes",
        "_links",
        "_local",
        "_max_buffered",
        "_no_delay",
        "_onread",
        "_out",
        "_peer",
        "_pending_write",
        "_plain",
        "_read_on_connect",
        "_ref",
        "_reset_on_connect",
        "_server",
        "_sock",
        "_timeout",
        "_type_of_service",
        "auto_select_family_attempted_addresses",
        "bytes_read",
    )

    _gathers = True
    _event_arguments: ClassVar[Mapping[Hashable, int]] = {
        **Duplex._event_arguments,
        "close": 1,
        "connect": 0,
        "lookup": 4,
        "ready": 0,
        "timeout": 0,
        "connectionAttempt": 3,
        "connectionAttemptFailed": 4,
        "connectionAttemptTimeout": 3,
    }

    #: Bytes received so far. Reference: "socket.bytesRead".
    bytes_read: int
    #: What `connect` has tried, each as "address:port"; None unless it chose among addresses.
    #: Reference: "socket.autoSelectFamilyAttemptedAddresses".
    auto_select_family_attempted_addresses: list[str] | None
    _onread: OnRead | None
    _sock: Handle | None
    _joined: bytes | None
    _joined_callbacks: list[Callback] | None
    _pending_write: tuple[bytes, Callback] | None

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
        keep_alive_initial_delay: float = 0,
    ) -> None:
        if signal is not None:
            validate.abort_signal(signal)
        delay = keep_alive_delay(keep_alive_initial_delay)
        reader = None if onread is None else check_on_read(onread)
        limit = check_max_buffered(max_buffered)
        self._init_socket(high_water_mark, limit, allow_half_open, no_delay, keep_alive, delay)
        self._onread = reader
        if fd is not None:
            sock = adopt(fd)
            self._init_duplex(allow_half_open, readable, writable)
            if is_connected(sock):
                self._open_handle(sock)
            else:
                self._sock = sock
        if signal is not None:
            self._obey(signal)

    def _init_socket(
        self,
        mark: int | None,
        max_buffered: int | None,
        allow_half_open: bool,
        no_delay: bool,
        keep_alive: bool,
        keep_alive_delay: int,
    ) -> None:
        self._init_readable(mark)
        self._init_writable(mark)
        self._init_stream(True, True, None)
        self._allow_half_open = allow_half_open
        self._has_readable = True
        self._has_writable = True
        self.bytes_read = 0
        self._bytes_dispatched = 0
        self._calls = None
        self._links = None
        self._connecting = False
        self._has_handle = False
        self._had_error = False
        self._sock = None
        self._in: ReadPump | None = None
        self._out: WritePump | None = None
        self._plain: WritePump | None = None
        self._onread = None
        self._max_buffered = max_buffered
        self._join_mark = min(self._write_mark, _LONGEST_JOIN)
        self._joined = None
        self._joined_callbacks = None
        self._pending_write = None
        self._final_waits = False
        self._read_on_connect = False
        self._reset_on_connect = False
        self._dial: Dial | None = None
        self.auto_select_family_attempted_addresses = None
        self._idle: IdleClock | None = None
        self._timeout: float | None = None
        self._no_delay = no_delay
        self._keep_alive = keep_alive
        self._keep_alive_delay = keep_alive_delay
        self._keep_alive_interval = KEEP_ALIVE_INTERVAL
        self._keep_alive_probes = KEEP_ALIVE_PROBES
        self._type_of_service = 0
        self._ref = True
        self._from = None
        self._local = None
        self._peer = None
        self._accepted_by: Server | None = None
        #: The same, as long as it counts this connection.
        self._server: Server | None = None

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
        connection stay. Never blocks. Raises `ERR_INVALID_ARG_TYPE`, `ERR_INVALID_FD_TYPE`,
        `ERR_SOCKET_CLOSED`, `ERR_INVALID_ARG_VALUE` for an encrypted one, and as `detach` does.
        Reference: "new net.Socket([options])".
        """
        if signal is not None:
            validate.abort_signal(signal)
        if isinstance(donor, Socket):
            donor._check_thread()
        self = cls(allow_half_open=allow_half_open, high_water_mark=high_water_mark)
        fd, unread = donor._surrender() if isinstance(donor, Socket) else (surrender(donor), b"")
        sock = adopt(fd)
        if unread:
            self.unshift(unread)
        if is_connected(sock):
            self._open_handle(sock)
        else:
            self._sock = sock
        if signal is not None:
            self._obey(signal)
        return self

    def _open_handle(self, sock: Handle) -> None:
        self._open(sock)
        self._find_plain()
        if self._has_readable:
            if isinstance(sock, Descriptor) and not sock.reads:
                self.destroy(errors.system_error(errno.ENOTCONN, "read"))
            else:
                self.read(0)

    @classmethod
    def _accepted(cls, server: Server, sock: _socket.socket, address: Any) -> Socket:
        """The server's side of a connection that `accept` gave with this address."""
        self = cls.__new__(cls)
        self._init_socket(
            server.high_water_mark,
            server.max_buffered,
            server.allow_half_open,
            server.no_delay,
            server.keep_alive,
            server._keep_alive_delay,
        )
        self._server = self._accepted_by = server
        self._from = address
        self._open(sock)
        self._apply_options()
        self._plain = self._out
        if server.pause_on_connect:
            self._flowing = False
        elif self._in is not None:
            # What `read(0)` comes to on a new socket.
            self._reading = self._need_readable = True
            self._read_sync = False
            self._in.start()
        return self

    def __repr__(self) -> str:
        ends = ""
        if not self._destroyed and not self._connecting and self._sock is not None:
            peer, local = self._peer_address(), self._local_address()
            if peer is not None and local is not None:
                ends = f" {local.address}:{local.port} to {peer.address}:{peer.port}"
        return f"<Socket at {id(self):#x} {self.ready_state}{ends}>"

    # Connecting.

    def connect(
        self,
        *args: Any,
        port: int | str | None = None,
        host: str | None = None,
        path: str | bytes | os.PathLike[str] | None = None,
        local_address: str | None = None,
        local_port: int | None = None,
        family: int | str | None = None,
        hints: int = 0,
        lookup: Lookup | None = None,
        auto_select_family: bool | None = None,
        auto_select_family_attempt_timeout: float | None = None,
        connect_timeout: float | None = None,
        block_list: BlockList | None = None,
        no_delay: bool | None = None,
        keep_alive: bool | None = None,
        keep_alive_initial_delay: float | None = None,
        onread: OnRead | None = None,
        connect_listener: Listener | None = None,
    ) -> Self:
        """Connect to a host's port, or to the Unix socket at `path`.

        The forms are `connect(port[, host][, listener])`, `connect(path[, listener])`, and either
        by keyword. The listener is called once, on `'connect'`. `host` is `"localhost"` by
        default. This end is bound to `local_address` and `local_port`, if they are given.

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

        Never blocks. `'lookup'` (for a name), `'connectionAttempt'`, `'connect'` and `'ready'`
        follow, or `'error'` and `'close'`. Raises `NetError` for bad arguments.
        Reference: "socket.connect()".
        """
        self._turn.check_thread()
        given = validate.connect_arguments(args)
        port = given.port if given.port is not None else port  # type: ignore[assignment]
        host = given.host if given.host is not None else host
        path = given.path if given.path is not None else path
        listener = given.listener or connect_listener
        if path is None and port is None:
            raise errors.missing_args(["port", "path"])
        if listener is not None:
            validate.function(listener, "connect_listener")
        if path is not None:
            target = Target.to_path(path, connect_timeout)
        else:
            target = Target.to_host(
                port,
                host,
                family=family,
                hints=hints,
                lookup=lookup,
                local_address=local_address,
                local_port=local_port,
                block_list=block_list,
                auto_select_family=auto_select_family,
                attempt_timeout=auto_select_family_attempt_timeout,
                connect_timeout=connect_timeout,
            )
        delay = self._keep_alive_delay
        if keep_alive_initial_delay is not None:
            delay = keep_alive_delay(keep_alive_initial_delay)
        reader = self._onread if onread is None else check_on_read(onread)
        if listener is not None:
            self.once("connect", listener)
        if no_delay is not None:
            self._no_delay = bool(no_delay)
        if keep_alive is not None:
            self._keep_alive = bool(keep_alive)
        self._keep_alive_delay = delay
        self._onread = reader
        if self._destroyed:
            self._restart()
        elif self._final_waits and not self._has_handle:
            # An end() that came too early is sent; the stream is not ended by it.
            self._ending = self._final_called = False
        sock = self._release_descriptor()
        self._has_handle = True
        self._touch()
        self._connecting = True
        self._hold()
        self._dial = Dial(self, target, self._ref, sock, self._dial)
        self._dial.start()
        return self

    def _restart(self) -> None:
        """Start over after `destroy()`.

        What is deferred on behalf of the last connection is dropped, and those who wait for it are
        told at once; its `'error'` and `'close'` are emitted still, as its own.
        """
        if not self._closed:
            # The destroy() was cut short.
            self._release(None)
            self._leave_server()
        revoked: list[Deferred] = []
        if not self._close_emitted or self._pending or self._waiting:
            revoked = self._turn.revoke(self)
        unwritten, self._pending_write = self._pending_write, None
        if unwritten is not None:
            self.off("connect", self._write_pending)
            self.off("close", self._fail_pending)
            self._remember(errors.socket_closed_before_connection())
        self.off("finish", self._destroy_finished)
        self._restart_writable()
        for task in revoked:
            if task.function in (self._call_all, self._tell):
                self._turn.next_turn(self, task.lane, task.function, *task.args)
            elif task.function == self._write_failed and task.args[1] is not None:
                self._turn.defer(self, WRITE, task.args[1], task.args[0])
        if not self._close_emitted:
            self._tell_end(revoked)
        self._restart_readable()
        self._restart_calls()
        self._destroyed = self._closed = self._close_emitted = False
        self._errored = None
        self._error_emitted = False
        self._had_error = False
        self._joined = None
        self._joined_callbacks = None
        self._peer = self._local = self._from = None
        self.bytes_read = self._bytes_dispatched = 0
        self._find_direct()

    def _tell_end(self, revoked: list[Deferred]) -> None:
        """Tell what the last connection still owes: `'ready'`, its error, and `'close'`."""
        turn = self._turn
        connects = [task.args[0] for task in revoked if task.function == self._emit_connect]
        if connects == ["ready"]:
            turn.next_turn(self, FREE, self._tell, "ready")
        for error in (task.args[0] for task in revoked if task.function == self._emit_error):
            if not self._error_emitted:
                self._error_emitted = True
                waited = self._waits is not None and self._wake("error", (error,))
                if not self._take_error(error) and not waited:
                    turn.next_turn(self, FREE, self._tell, "error", error)
        if self._waits is not None:
            self._wake("close", (self._had_error,))
        turn.next_turn(self, FREE, self._tell, "close", self._had_error)

    def _tell(self, event: str, *args: Any) -> None:
        """Emit an event of the last connection, which is not for those who wait for the next."""
        listeners = self._events.get(event, ())
        if event == "error" and not listeners and self._calls is None:
            self._error_unheard(args[0])
        for listener in listeners:
            listener(*args)

    def _release_descriptor(self) -> Handle | None:
        """Take the descriptor from the pumps, which must not outlive it, to connect it again."""
        self._flush_joined()
        self._release_pumps(errors.system_error(errno.ECANCELED, "write"))
        self._reading = False
        self._plain = None
        sock, self._sock = self._sock, None
        return sock

    def _connection_replaced(self) -> None:
        """The descriptor that `connect()` found open is closed, and another one is tried."""
        self._restart_readable()
        self.bytes_read = self._bytes_dispatched = 0
        if self._final_called and not self._final_waits:
            # That was the end of the last connection.
            self._turn.revoke(self)
            self._restart_writable()

    def _on_connected(self, sock: _socket.socket) -> None:
        self._connecting = False
        if self._dial is not None:
            # connect() may have been called again, for a Dial that has not begun an attempt.
            self._dial.cancel()
            self._dial = None
        self._local = None
        self._open(sock)
        self._touch()
        self._apply_options()
        defer = self._turn.defer
        defer(self, FREE, self._emit_connect, "connect")
        defer(self, FREE, self._start)
        defer(self, FREE, self._emit_connect, "ready")
        defer(self, FREE, self._read_if_wanted)
        self._changed()

    def _emit_connect(self, event: str) -> None:
        if not self._close_emitted:
            self.emit(event)

    def _start(self) -> None:
        """Do what was asked for before there was a connection."""
        if self._destroyed:
            return
        if self._reset_on_connect:
            self._reset_now()
            return
        if self._read_on_connect:
            self._read_on_connect = False
            self._read(0)
        self._write_pending()
        self._make_up_for_end()
        self._find_plain()

    def _make_up_for_end(self) -> None:
        if self._final_waits:
            self._final_waits = False
            self._final(self._on_final)

    def _write_pending(self) -> None:
        if self._pending_write is not None and not self._destroyed:
            if not self._ending:
                # It came before connect(), and so before what was written.
                self._make_up_for_end()
            data, done = self._pending_write
            self._pending_write = None
            self.off("close", self._fail_pending)
            self._write(data, "buffer", done)

    def _fail_pending(self, had_error: bool = False) -> None:
        # The 'close' may be that of the connection before.
        if self._pending_write is not None and self._destroyed:
            data, done = self._pending_write
            self._pending_write = None
            self._bytes_dispatched += len(data)
            done(errors.socket_closed_before_connection())

    def _read_if_wanted(self) -> None:
        if not self._destroyed and self._has_readable and not self.is_paused():
            self.read(0)

    def _open(self, sock: Handle) -> None:
        """Take a connected descriptor."""
        turn = self._turn
        descriptor = sock.fileno()
        self._sock = sock
        self._has_handle = True
        receive, send = transfer_functions(sock)
        if self._onread is None:
            self._in = ReadPump(self, turn, descriptor, self._ref, receive)
        else:
            self._in = BufferPump(
                self, turn, descriptor, self._ref, receive, sock.recv_into, self._onread
            )
        self._out = WritePump(self, turn, descriptor, self._ref, send)
        self._hold()

    def _hold(self) -> None:
        """There is a descriptor, or is to be one."""
        turn = self._turn
        if self not in turn.open:
            turn.open.add(self)
            turn.retain()

    def _apply_options(self) -> None:
        if self._no_delay:
            self._set_option(_socket.IPPROTO_TCP, _socket.TCP_NODELAY, 1)
        if self._keep_alive:
            self._enable_keep_alive(True)
        if self._type_of_service:
            with suppress(OSError):
                self._mark_packets()

    # What the pumps tell.

    def _on_full_chunk(self) -> None:
        """A chunk was as long as one can be, and there is probably more."""
        if self._pipes:
            splice_if_plain(self)

    def _on_read_end(self) -> None:
        assert self._in is not None
        self._in.stop()
        if not self._end_emitted:
            self._touch()
            self.push(None)
            self.read(0)

    def _on_read_error(self, error: OSError) -> None:
        self.destroy(errors.system_error(_number(error), "read"))

    # Reading.

    def _read(self, size: int) -> None:
        pump = self._in
        if self._connecting or pump is None:
            self._read_on_connect = True
        else:
            pump.start()

    def pause(self) -> Self:
        """Stop reading: no `'data'`, and nothing for `onread=`, until `resume()`.

        Emits `'pause'` inside the call. Reference: "socket.pause()".
        """
        self._turn.check_thread()
        if isinstance(self._in, BufferPump):
            self._in.pause()
        return Duplex.pause(self)

    def resume(self) -> Self:
        """Read again after `pause()`. Never blocks; `'resume'` follows.

        Reference: "socket.resume()".
        """
        self._turn.check_thread()
        if isinstance(self._in, BufferPump):
            self._in.start()
        return Duplex.resume(self)

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
        turn = self._turn
        if getcurrent() is not turn.dispatcher and thread_ident() != turn.thread:
            # Asked for in this order because a dispatcher is told at the least cost.
            turn.check_thread()
        if self._plain is None or encoding is not None:
            return self._write_slowly(chunk, encoding, callback)
        if type(chunk) is not bytes:
            chunk, _ = self._outgoing(chunk, None)
        if callback is not None:
            self._join_callback(fitting(callback, 1))
        joined = self._joined
        self._joined = joined = joined + chunk if joined else chunk
        task = turn.current
        if task is not None and task.owner is self:
            goes_out = self._no_delay and turn.joined is not self
            turn.joined = self
            if not goes_out and len(joined) < self._join_mark:
                return True
        return self._flush_joined() or self._hold_back()

    def _write_slowly(
        self, chunk: Any, encoding: str | Callback | None, callback: Callback | None
    ) -> bool:
        if callable(encoding):
            encoding, callback = None, encoding
        if self._plain is not None:
            chunk, _ = self._outgoing(chunk, encoding)
            return self.write(chunk, None, callback)
        if not self._ending or not self._end_emitted or self._allow_half_open:
            return Writable.write(self, chunk, encoding, callback)
        error = errors.ended_by_peer()
        if callback is not None:
            self._turn.defer(self, WRITE, fitting(callback, 1), error)
        self.destroy(error)
        return False

    def _accept(
        self, chunk: Any, encoding: str | None, callback: Callback | None
    ) -> bool | BaseException:
        answer = Writable._accept(self, chunk, encoding, callback)
        return self._hold_back() if answer is False else answer

    def _hold_back(self) -> bool:
        """Answer False to a write; destroy the socket if more waits than is allowed."""
        limit = self._max_buffered
        if limit is not None and self._write_length > limit:
            self.destroy(errors.socket_max_buffered(limit))
        return False

    def _join_callback(self, callback: Callback) -> None:
        self._pending += 1
        if self._joined_callbacks is None:
            self._joined_callbacks = []
        self._joined_callbacks.append(callback)

    def _flush_joined(self) -> bool:
        """Send what was joined; nothing else is queued or under way. Answers as `write` does."""
        data = self._joined
        pump = self._plain
        if pump is None or data is None:
            return True
        self._joined = None
        size = len(data)
        self._bytes_dispatched += size
        idle = self._idle
        if idle is not None:
            idle.touch()
        send = pump.send
        try:
            sent = send(pump.descriptor, data)
        except (BlockingIOError, InterruptedError):
            sent = 0
        except OSError as error:
            return self._keep(data, 0, None if lacks_room(error) else error)
        if sent == size and self._joined_callbacks is None:
            return True
        return self._keep(data, sent, None)

    def _keep(self, data: bytes, sent: int, failure: OSError | None) -> bool:
        """Go on from a send that took `sent` bytes of `data`, or failed."""
        callbacks = self._joined_callbacks or []
        self._joined_callbacks = None
        self._pending -= len(callbacks)
        size = len(data)
        if failure is None and sent == size:
            for callback in callbacks:
                self._pending += 1
                self._after_sync_write(callback)
            return True
        pump = self._plain
        assert pump is not None
        self._pending += 1
        self._write_length += size
        self._begin_write(size, self._shared_callback(callbacks))
        if failure is not None:
            self._on_write(errors.system_error(_number(failure), "write"))
        else:
            pump.keep(memoryview(data)[sent:], self._on_write)
        self._write_sync = False
        if self._write_length < self._write_mark:
            return self._errored is None
        self._need_drain = True
        return False

    def _takes_splices(self) -> bool:
        """Whether bytes may be sent past `write()`: it would send them at once, and is its own."""
        return (
            self._plain is not None
            and self._joined is None
            and self._joined_callbacks is None
            and isinstance(self._sock, _socket.socket)
            and type(self).write is Socket.write
            and "write" not in self.__dict__
        )

    def _refuse(self, data: bytes, failure: OSError) -> None:
        """Go on from bytes that were sent past `write()`, which has failed."""
        self._bytes_dispatched += len(data)
        self._touch()
        self._keep(data, 0, failure)

    def _find_plain(self) -> None:
        self._plain = (
            self._out
            if not self._connecting
            and not self._writing
            and not self._queue
            and not self._corked
            and not self._ending
            and not self._destroyed
            and self._errored is None
            and self._pending_write is None
            else None
        )
        if self._calls is not None:
            self._changed()

    def _begin_write(self, length: int, callback: Callback | None) -> None:
        self._plain = None
        Writable._begin_write(self, length, callback)

    def _on_write(self, error: BaseException | None = None) -> None:
        if self._out is not None and self._turn.current is self._out:
            # The pump's step has no lane; callbacks and 'drain' have.
            self._write_sync = True
        if self._calls is not None and error is None and not self._destroyed:
            self._calls.sent += self._writing_length
        Writable._on_write(self, error)
        self._write_sync = False
        self._find_plain()

    def _write(self, chunk: bytes, encoding: str, callback: Callback) -> None:
        pump = self._out
        if self._connecting:
            # Listeners, so that it happens among the program's own in Node's order; `_start`
            # makes up for it if one of those blocks.
            self._pending_write = chunk, callback
            self.once("connect", self._write_pending)
            self.once("close", self._fail_pending)
        elif pump is None:
            callback(errors.socket_closed())
        elif self._errored is not None:
            # A write has failed: nothing may be sent behind it, although it is not destroyed yet.
            callback(errors.stream_destroyed("write"))
        else:
            self._touch()
            self._bytes_dispatched += len(chunk)
            pump.write(chunk, callback)

    def _writev(self, chunks: list[tuple[Any, str]], callback: Callback) -> None:
        self._write(b"".join(chunk for chunk, _ in chunks), "buffer", callback)

    def _final(self, callback: Callback) -> None:
        sock = self._sock
        if not self._has_handle or self._connecting or sock is None:
            self._final_waits = True
            return
        try:
            sock.shutdown(_socket.SHUT_WR)
        except OSError as error:
            if error.errno != errno.ENOTCONN:
                callback(errors.system_error(_number(error), "shutdown"))
                return
            callback(None)
            return
        self._turn.next_turn(self, WRITE, callback, None)

    def cork(self) -> None:
        self._turn.check_thread()
        self._flush_joined()
        Writable.cork(self)
        self._plain = None

    def uncork(self) -> None:
        self._turn.check_thread()
        Writable.uncork(self)
        self._find_plain()

    def end(
        self,
        chunk: Any = None,
        encoding: str | Callback | None = None,
        callback: Callback | None = None,
    ) -> Self:
        """Send `chunk`, if there is one, then the end of the stream (FIN); never blocks.

        The other side may still send. `'finish'` follows. Reference: "socket.end()".
        """
        self._turn.check_thread()
        self._flush_joined()
        Writable.end(self, chunk, encoding, callback)
        self._plain = None
        if self._calls is not None:
            self._stop_senders()
        return self

    # Ending.

    def destroy(self, error: BaseException | None = None) -> Self:
        """Close the connection now; what was not sent yet is lost.

        Never blocks. `'error'`, if there is one, and `'close'` with `had_error` follow.
        Reference: "socket.destroy([error])".
        """
        if not self._destroyed:
            self._turn.check_thread()
            self._flush_joined()
            Duplex.destroy(self, error)
        return self

    def destroy_soon(self) -> None:
        """End the writable side and destroy the socket once everything is sent.

        Never blocks. Reference: "socket.destroySoon()".
        """
        if self.writable:
            self.end()
        if self._finished:
            self.destroy()
        else:
            self.once("finish", self._destroy_finished)

    def _destroy_finished(self) -> None:
        self.destroy()

    def reset_and_destroy(self) -> Self:
        """Close the TCP connection with a reset (RST), once it stands if it is connecting.

        Never blocks; `'close'` follows. A socket that has no connection is destroyed with
        `ERR_SOCKET_CLOSED`. Raises `ERR_INVALID_HANDLE_TYPE` if it is not TCP.
        Reference: "socket.resetAndDestroy()".
        """
        self._turn.check_thread()
        if not self._has_handle:
            self.destroy(errors.socket_closed())
        elif self._is_unix():
            raise errors.invalid_handle_type()
        elif self._connecting:
            self._reset_on_connect = True
        else:
            self._reset_now()
        return self

    def _is_unix(self) -> bool:
        sock = self._descriptor()
        return sock is not None and sock.family not in FAMILY_NAMES

    def _reset_now(self) -> None:
        if self._sock is not None:
            self._flush_joined()
            self._set_option(_socket.SOL_SOCKET, _socket.SO_LINGER, _LINGER_NONE)
        self.destroy()

    def _destroy(self, error: BaseException | None, callback: Callback) -> None:
        try:
            self._release(error)
            callback(error)
            self._changed()
            self._leave_server()
        except BaseException:
            # An interrupt, or no room on the stack: what is still held is released in a turn.
            self._turn.next_turn(self, FREE, self._release, error)
            self._turn.next_turn(self, FREE, self._leave_server)
            raise

    def _release(self, error: BaseException | None) -> None:
        """Give up the connection; may be called again if it was cut short."""
        self._connecting = False
        self._plain = None
        self._direct = None
        self._read_on_connect = self._reset_on_connect = self._final_waits = False
        if self._idle is not None:
            self._idle.stop()
            self._idle = None
        self._had_error = self._had_error or (error is not None and self._has_handle)
        self._close_descriptor()

    def _leave_server(self) -> None:
        if self._server is not None:
            self._server._connection_closed(self)
            self._server = None

    def _listener_failed(self, error: BaseException | None) -> None:
        Duplex._listener_failed(self, error)
        if not self._closed or self._sock is not None or self._server is not None:
            # The listener's destroy() was cut short.
            self._destroy(error, self._on_destroyed)

    def _close_descriptor(self) -> None:
        self._release_pumps(None)
        if self._dial is not None:
            self._dial.cancel()
            self._dial = None
        if self._sock is not None:
            close_handle(self._sock)
        self._sock = self._local = self._from = None
        self._has_handle = False

    def _release_pumps(self, error: BaseException | None) -> None:
        """Close the pumps; a write that is under way ends with `error`."""
        if self._in is not None:
            self._in.close()
        if self._out is not None:
            done = self._out.cancel()
            if done is not None:
                self._turn.next_turn(self, WRITE, done, error)
            self._out.close()
        self._in = self._out = None
        if self in self._turn.open:
            self._turn.open.discard(self)
            self._turn.release()

    def _forked(self) -> None:
        self._give_up("The connection belongs to the process that this one was forked from")

    def _hub_destroyed(self) -> None:
        self._give_up("The connection was closed when its hub was destroyed")

    def _give_up(self, why: str) -> None:
        """Close this process's part in the connection, and tell nobody."""
        for pump in (self._in, self._out):
            if pump is not None:
                pump.forget_waiter()
        if self._out is not None:
            self._out.cancel()
        self._destroyed = self._closed = self._error_emitted = self._close_emitted = True
        self._connecting = False
        self._plain = self._direct = self._waits = self._server = None
        self._joined = None
        if self._idle is not None:
            self._idle.stop()
            self._idle = None
        self._close_descriptor()
        self._calls = Calls()
        self._calls.kept = errors.NetRuntimeError(why, "ERR_SOCKET_CLOSED")

    def _schedule_close(self) -> None:
        self._turn.next_turn(self, FREE, self._emit_close)

    def _emit_close(self) -> None:
        if self._close_emitted:
            return
        self._close_emitted = True
        self._changed()
        if self._links is not None:
            self._call_links()
        if self._pending_write is not None:
            # Its listener may stand behind one that blocks or fails.
            self._turn.defer(self, FREE, self._fail_pending)
        self.emit("close", self._had_error)

    def ready(self) -> bool:
        return self._close_emitted

    def _error_unheard(self, error: BaseException) -> None:
        if self._keep_error(error):
            return
        if self._accepted_by is None or getattr(error, "code", None) not in WEATHER:
            self._turn.report(self, error)

    def _holds(self, event: Hashable) -> tuple[Any, ...] | None:
        if event in ("connect", "ready") and self._has_handle and not self._connecting:
            return ()
        if event == "close" and self._close_emitted:
            return (self._had_error,)
        return super()._holds(event)

    # The idle timeout.

    def set_timeout(self, timeout: float, callback: Listener | None = None) -> Self:
        """Emit `'timeout'` after `timeout` seconds (not milliseconds) without traffic; 0 is never.

        The connection is not touched by it. `callback` is called once, on `'timeout'`; with 0 it
        is removed. For a limit on blocking calls see `settimeout`.
        Raises `ERR_INVALID_ARG_TYPE` and `ERR_OUT_OF_RANGE`. Reference: "socket.setTimeout()".
        """
        self._turn.check_thread()
        limit = validate.seconds(timeout, "timeout")
        if callback is not None:
            validate.function(callback, "callback")
        if self._destroyed:
            return self
        self._timeout = timeout
        if self._idle is not None:
            self._idle.stop()
            self._idle = None
        if limit == 0:
            if callback is not None:
                self.remove_listener("timeout", callback)
            return self
        self._idle = IdleClock(self._turn, limit, self._on_idle)
        if callback is not None:
            self.once("timeout", callback)
        return self

    def _on_idle(self) -> None:
        self._turn.defer(self, FREE, self._emit_timeout)

    def _emit_timeout(self) -> None:
        if not self._close_emitted:
            self.emit("timeout")

    def _touch(self) -> None:
        if self._idle is not None:
            self._idle.touch()

    @property
    def timeout(self) -> float | None:
        """The idle timeout in seconds, None if it was never set. Reference: "socket.timeout"."""
        return self._timeout

    def ref(self) -> Self:
        """Undo `unref()`: an open connection keeps `net.run()` running again.

        Reference: "socket.ref()".
        """
        return self._set_ref(True)

    def unref(self) -> Self:
        """Let `net.run()` return although this connection is open. Reference: "socket.unref()"."""
        return self._set_ref(False)

    def _set_ref(self, ref: bool) -> Self:
        self._turn.check_thread()
        self._ref = ref
        for part in (self._in, self._out, self._dial):
            if part is not None:
                part.set_ref(ref)
        return self

    # Properties.

    @property
    def connecting(self) -> bool:
        """Whether `connect()` was called and has not ended. Reference: "socket.connecting"."""
        return self._connecting

    @property
    def pending(self) -> bool:
        """Whether there is no connection (yet). Reference: "socket.pending"."""
        return not self._has_handle or self._connecting

    @property
    def ready_state(self) -> str:
        """`"opening"`, `"open"`, `"readOnly"`, `"writeOnly"` or `"closed"`.

        Reference: "socket.readyState".
        """
        if self._connecting:
            return "opening"
        if self.readable:
            return "open" if self.writable else "readOnly"
        return "writeOnly" if self.writable else "closed"

    @property
    def bytes_written(self) -> int:
        """Bytes written so far, those that wait to be sent included.

        Reference: "socket.bytesWritten".
        """
        total = self._bytes_dispatched + len(self._joined or b"")
        if self._queue:
            total += sum(len(entry.chunk) for entry in self._queue)
        if self._pending_write is not None:
            total += len(self._pending_write[0])
        return total

    @property
    def buffer_size(self) -> int | None:
        """Deprecated: `writable_length`, None without a connection.

        Reference: "socket.bufferSize".
        """
        return self._write_length if self._has_handle else None

    @property
    def server(self) -> Server | None:
        """The server that accepted this connection, None if it was made by `connect()`."""
        return self._accepted_by

    def fileno(self) -> int:
        """The descriptor, -1 if there is none."""
        sock = self._descriptor()
        return -1 if sock is None else sock.fileno()

    def detach(self) -> int:
        """Give up the connection: returns its descriptor, the caller's now, in non-blocking mode.

        `gevent.socket.socket(fileno=...)` can use it as it is. A `socket.socket` that is not
        patched needs `setblocking(True)`, and then holds up the whole hub while it waits.

        The Socket is closed, `'close'` follows. Never blocks. Raises `ERR_SOCKET_CLOSED` if there
        is no connection, and `ERR_INVALID_STATE` if bytes would be lost: written and not sent yet
        (wait for `'drain'`), or received and not read yet (`pause()` and `read()` them).
        """
        if self._read_length:
            raise _would_lose("read")
        fd, _ = self._surrender()
        return fd

    def _surrender(self) -> tuple[int, bytes]:
        """Give up the descriptor, and what was received and not read yet."""
        self._turn.check_thread()
        sock = self._sock
        if sock is None or self._destroyed:
            raise errors.socket_closed()
        self._flush_joined()
        if self._write_length or self._pending_write is not None:
            raise _would_lose("sent")
        if self._read_length and self._decoder is not None:
            raise _would_lose("read")
        unread: bytes = self._pop(self._read_length) if self._read_length else b""
        self._sock = None
        self.destroy()
        return sock.detach(), unread

    def _descriptor(self) -> Handle | None:
        """The descriptor, which is a Dial's while connecting."""
        return self._sock if self._dial is None else self._dial.sock


show_methods_as(Socket, ConnectionOptions, Endpoints, BlockingFace, Receiving, Sending)


def connect(
    *args: Any,
    port: int | str | None = None,
    host: str | None = None,
    path: str | bytes | os.PathLike[str] | None = None,
    local_address: str | None = None,
    local_port: int | None = None,
    family: int | str | None = None,
    hints: int = 0,
    lookup: Lookup | None = None,
    auto_select_family: bool | None = None,
    auto_select_family_attempt_timeout: float | None = None,
    connect_timeout: float | None = None,
    block_list: BlockList | None = None,
    no_delay: bool = False,
    keep_alive: bool = False,
    keep_alive_initial_delay: float = 0,
    timeout: float | None = None,
    fd: int | None = None,
    readable: bool = True,
    writable: bool = True,
    allow_half_open: bool = False,
    high_water_mark: int | None = None,
    max_buffered: int | None = None,
    onread: OnRead | None = None,
    signal: AbortSignal | None = None,
    connect_listener: Listener | None = None,
) -> Socket:
    """Make a Socket and connect it; see `Socket` and `Socket.connect` for the arguments.

    `timeout` (seconds) is an idle timeout that runs from now on. `fd` is a descriptor to connect,
    perhaps bound already; a call that raises has not taken it. With a `signal` that was aborted
    before, nothing is connected, unlike in Node: `'error'` and `'close'` follow. Never blocks.
    Reference: "net.createConnection()".
    """
    if signal is not None:
        validate.abort_signal(signal)
    socket = Socket(
        fd=fd,
        readable=readable,
        writable=writable,
        allow_half_open=allow_half_open,
        high_water_mark=high_water_mark,
        max_buffered=max_buffered,
        onread=onread,
        no_delay=no_delay,
        keep_alive=keep_alive,
        keep_alive_initial_delay=keep_alive_initial_delay,
    )
    try:
        if timeout is not None:
            socket.set_timeout(timeout)
        socket.connect(
            *args,
            port=port,
            host=host,
            path=path,
            local_address=local_address,
            local_port=local_port,
            family=family,
            hints=hints,
            lookup=lookup,
            auto_select_family=auto_select_family,
            auto_select_family_attempt_timeout=auto_select_family_attempt_timeout,
            connect_timeout=connect_timeout,
            block_list=block_list,
            connect_listener=connect_listener,
        )
    except BaseException:
        # Nobody else has this socket, but its idle clock knows it.
        if fd is not None and socket.fileno() == fd:
            socket._surrender()
        socket.destroy()
        raise
    if signal is not None:
        socket._obey(signal)
    return socket


create_connection = connect


def check_max_buffered(value: object) -> int | None:
    """Return what `max_buffered=` was given, or raise for what is no number of bytes."""
    return None if value is None else validate.int32(value, "max_buffered", 1, _MOST_BUFFERED)


_MOST_BUFFERED = (1 << 53) - 1
_LINGER_NONE = b"\1\0\0\0\0\0\0\0"


def _would_lose(done: str) -> errors.NetError:
    return errors.NetRuntimeError(
        f"The socket has bytes that are not {done} yet", "ERR_INVALID_STATE"
    )


def _number(error: OSError) -> int:
    return error.errno or errno.EIO
