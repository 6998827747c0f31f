"""Server: accepts connections and counts them.

==========  ======================================================================================
idle        not listening; `listen()` may be called
looking up  `listen(host=...)`: the address is being found (`_asked`)
listening   `_sock` is bound and `_accept` takes connections
closing     `close()` was called; `'close'` is due when the last connection has closed
==========  ======================================================================================

`_sock` is taken in `_listen_on` and given up in `_stop`, each there only.

Each `listen()` begins another life (`_life`), in the same step as `close()` if it likes. What was
deferred for an earlier life changes nothing in this one: its look-up and its signal are dropped,
and its `'error'` and its `'close'` are told to the listeners only, in Node's order.
"""

from __future__ import annotations

import _socket
import errno
import os
import stat
from collections.abc import Callable, Hashable, Mapping
from contextlib import suppress
from typing import Any, ClassVar, NamedTuple, Self

from gevent import Greenlet

from . import errors, resolve, unix, validate
from .abort import AbortSignal
from .address import AddressInfo, DropInfo, is_ip
from .arity import fitting
from .blocklist import BlockList
from .endpoints import FAMILY_NAMES, address_info, named_address
from .events import Listener
from .handle import close_handle, share_for_listening
from .naming import show_methods_as
from .options import keep_alive_delay
from .serving import Serving
from .socket import Socket, check_max_buffered
from .stream.readable import DEFAULT_HIGH_WATER_MARK
from .turn import FREE, PumpTask, Timer, Turn, this_turn

__all__ = ["Server", "create_server"]

_AF_UNIX: int | None = getattr(_socket, "AF_UNIX", None)
_BACKLOG = 511
_READABLE = stat.S_IRUSR | stat.S_IRGRP | stat.S_IROTH
_WRITABLE = stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH
#: The system has run out of something, and the connection stays in its queue.
_EXHAUSTED = (errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM)
#: What befell one connection, which has left the queue: the errors that accept(2) tells to retry.
_TRANSIENT = {
    getattr(errno, name)
    for name in (
        *("ECONNABORTED", "EPROTO", "ENETDOWN", "ENOPROTOOPT", "EHOSTDOWN", "ENONET"),
        *("EHOSTUNREACH", "EOPNOTSUPP", "ENETUNREACH", "ETIMEDOUT", "EPERM"),
    )
    if hasattr(errno, name)
}
#: How many of these are retried at once, one after the other, before accepting rests.
_RETRIES = 64
#: How long accepting rests (seconds): at first, and at most.
_REST, _LONGEST_REST = 0.05, 1.0


class _BindOptions(NamedTuple):
    """How a TCP socket is bound."""

    ipv6_only: bool
    reuse_port: bool


class _AcceptPump(PumpTask):
    """Accepts the connections that wait, one a step."""

    __slots__ = ("_pause", "_rest", "_retries", "_sock", "_turn", "_watcher")

    lane = FREE
    owner: Server

    def __init__(self, server: Server, turn: Turn, sock: _socket.socket, ref: bool) -> None:
        self.owner = server
        self._turn = turn
        self._sock: _socket.socket | None = sock
        self._rest = _REST
        self._retries = _RETRIES
        self._pause: Timer | None = None
        self._watcher = turn.io(sock.fileno(), 1, ref)
        self._watcher.start(turn.make_ready, self)

    def __repr__(self) -> str:
        return f"accept of {self.owner!r}"

    def run(self) -> None:
        sock = self._sock
        if sock is None:
            return
        if self.owner._leaves_them_waiting():
            # Until a connection closes.
            self._watcher.stop()
            return
        if self.owner._is_full():
            self._watcher.stop()
            self.owner._await_room()
            return
        try:
            descriptor, address = sock._accept()  # type: ignore[attr-defined]
        except (BlockingIOError, InterruptedError):
            return
        except OSError as error:
            self._failed(error)
            return
        self._rest = _REST
        self._retries = _RETRIES
        self._turn.again(self)
        accepted = _socket.socket(sock.family, sock.type, sock.proto, fileno=descriptor)
        self.owner._on_accept(accepted, address)

    def _failed(self, error: OSError) -> None:
        if error.errno in _TRANSIENT and self._retries:
            self._retries -= 1
            self._turn.again(self)
        elif error.errno in _TRANSIENT or error.errno in _EXHAUSTED:
            # The descriptor stays ready: look again later.
            self._retries = _RETRIES
            self._watcher.stop()
            if self._pause is None:
                self._pause = Timer(self._turn, self.resume, self._watcher.ref)
            self._pause.start(self._rest)
            self._rest = min(self._rest * 2, _LONGEST_REST)
        else:
            self.owner._on_accept_error(errors.system_error(error.errno or errno.EIO, "accept"))

    def resume(self) -> None:
        """Go on after a pause."""
        if self._sock is not None:
            self._watcher.start(self._turn.make_ready, self)

    def suspend(self) -> None:
        """Nothing to do: the FREE lane is never held."""

    def set_ref(self, ref: bool) -> None:
        self._watcher.ref = ref

    def close(self) -> None:
        self._sock = None
        if self._pause is not None:
            self._pause.stop()
        self._watcher.stop()
        self._watcher.close()


class Server(Serving):
    """Listens on a TCP port or a Unix socket and emits `'connection'` with a Socket for each peer.

    The options are those of every connection: `allow_half_open`; `pause_on_connect` reads nothing
    until `resume()`; `no_delay`; `keep_alive` with `keep_alive_initial_delay` (seconds);
    `high_water_mark` and `max_buffered` (bytes; see `Socket`). Peers in `block_list` are
    disconnected at once.

    `handler(socket)` runs in a greenlet of its own for each connection, where it may block: the
    socket is closed when it returns, and destroyed, with one traceback, if it raises. `spawn` makes
    that greenlet: a `gevent.pool.Pool`, or a number for a new one, bounds how many run at once, and
    nothing is accepted while it is full; else a function like `gevent.spawn`, which it is at first.
    Raises `NetError` for bad ones. Reference: "new net.Server()".
    """

    __slots__ = (
        "_accept",
        "_asked",
        "_close_due",
        "_closed",
        "_draining",
        "_drops",
        "_forget_signal",
        "_handler",
        "_handlers",
        "_inherited",
        "_keep_alive_delay",
        "_life",
        "_links",
        "_max_connections",
        "_path",
        "_pool",
        "_pool_waiter",
        "_ref",
        "_serving",
        "_sock",
        "_sockets",
        "_spawn",
        "_turn",
        "_unlink",
        "allow_half_open",
        "block_list",
        "high_water_mark",
        "keep_alive",
        "max_buffered",
        "no_delay",
        "pause_on_connect",
    )

    _event_arguments: ClassVar[Mapping[Hashable, int]] = {
        **Serving._event_arguments,
        "close": 0,
        "connection": 1,
        "drop": 1,
        "listening": 0,
    }

    #: Peers in it are disconnected as they are accepted, without an event; None blocks nobody.
    block_list: BlockList | None

    def __init__(
        self,
        connection_listener: Listener | None = None,
        *,
        handler: Callable[[Socket], object] | None = None,
        spawn: Any = None,
        allow_half_open: bool = False,
        pause_on_connect: bool = False,
        no_delay: bool = False,
        keep_alive: bool = False,
        keep_alive_initial_delay: float = 0,
        high_water_mark: int | None = None,
        max_buffered: int | None = None,
        block_list: BlockList | None = None,
    ) -> None:
        delay = keep_alive_delay(keep_alive_initial_delay)
        mark = DEFAULT_HIGH_WATER_MARK
        if high_water_mark is not None:
            given = validate.number(high_water_mark, "high_water_mark")
            # A negative one is none, as in Node.
            mark = validate.high_water_mark(given) if not given < 0 else DEFAULT_HIGH_WATER_MARK
        most = check_max_buffered(max_buffered)
        if connection_listener is not None:
            validate.function(connection_listener, "connection_listener")
        if block_list is not None and not isinstance(block_list, BlockList):
            raise errors.invalid_arg_type("block_list", "BlockList", block_list)
        super().__init__()
        self._init_serving(handler, spawn)
        self._turn = this_turn()
        self._inherited: _socket.socket | None = None
        self._sock: _socket.socket | None = None
        self._accept: _AcceptPump | None = None
        self._close_due = False
        self._path: str | bytes | None = None
        self._unlink: tuple[str | bytes, int, int] | None = None
        self._ref = True
        self._forget_signal: Callable[[], None] | None = None
        self.allow_half_open = bool(allow_half_open)
        self.pause_on_connect = bool(pause_on_connect)
        self.no_delay = bool(no_delay)
        self.keep_alive = bool(keep_alive)
        self._keep_alive_delay = delay
        self.high_water_mark = mark
        self.max_buffered = most
        self.block_list = block_list
        self._max_connections: int | None = None
        self._drops = True
        if connection_listener is not None:
            self.on("connection", connection_listener)

    def __repr__(self) -> str:
        where = self.address()
        if isinstance(where, AddressInfo):
            state = f"listening on {where.address}:{where.port}"
        elif where is not None:
            state = f"listening on {where!r}"
        else:
            state = "not listening"
        return f"<Server at {id(self):#x} {state}>"

    # Listening.

    def listen(
        self,
        *args: Any,
        port: int | str | None = validate.NOT_GIVEN,
        host: str | None = None,
        path: str | bytes | os.PathLike[str] | None = None,
        fd: int | None = None,
        backlog: int | None = None,
        exclusive: bool = False,
        readable_all: bool = False,
        writable_all: bool = False,
        ipv6_only: bool = False,
        reuse_port: bool = False,
        signal: AbortSignal | None = None,
        callback: Listener | None = None,
    ) -> Self:
        """Listen on a port, a path, or a handle that is bound already.

        The forms are `listen([port[, host[, backlog]]][, callback])`, `listen(path[, backlog][,
        callback])`, `listen(handle[, backlog][, callback])` and all of these by keyword. Port 0 or
        None is one that the system picks, and so is that of `listen()`; options alone, with neither
        port, path, fd nor handle, are an error. Without a host it is `::`, which takes IPv4 as well
        unless `ipv6_only`, or `0.0.0.0` on a system without IPv6. With `reuse_port` several servers
        of one user may listen on one port, and the system shares the connections out.
        `readable_all` and `writable_all` open a Unix socket to every user; it is
        unlinked by `close()`. A handle is a Server, a Socket or anything with a `fileno()`, whose
        descriptor is duplicated; `fd` is a descriptor that the server owns from then on; both are
        bound, and may listen already. Aborting `signal` closes the server.

        Never blocks. `'listening'` follows, on which `callback` is called, or `'error'`. Raises
        `ERR_SERVER_ALREADY_LISTEN` and, for bad arguments, other `NetError`s.
        Reference: "server.listen()".
        """
        self._turn.check_thread()
        if self._sock is not None:
            raise errors.server_already_listen()
        given = validate.listen_arguments(args)
        handle = given.handle
        if port is validate.NOT_GIVEN:
            port = None
            no_target = path is None and fd is None and (not args or callable(args[0]))
            flags = exclusive or readable_all or writable_all or ipv6_only or reuse_port
            if no_target and (flags or (host, backlog, signal) != (None, None, None)):
                raise errors.invalid_arg_value(
                    "port", None, "or path, fd or a handle must be given"
                )
        port = given.port if given.port is not None else port  # type: ignore[assignment]
        host = given.host if given.host is not None else host
        path = given.path if given.path is not None else path
        backlog = given.backlog or backlog
        callback = given.callback or callback
        if callback is not None:
            validate.function(callback, "callback")
        if signal is not None:
            validate.abort_signal(signal)
        if reuse_port and not hasattr(_socket, "SO_REUSEPORT"):
            raise errors.invalid_arg_value("reuse_port", reuse_port, "is not supported here")
        size = (0 if backlog is None else validate.int32(backlog, "backlog")) or _BACKLOG
        if host is not None:
            validate.host(host)
        start: Callable[[], None]
        if handle is not None or fd is not None:
            taken: _socket.socket | OSError
            try:
                taken = share_for_listening(handle, fd)
            except OSError as error:
                taken = error

            def start() -> None:
                if isinstance(taken, OSError):
                    self._listen_failed(taken, None, None)
                else:
                    self._listen_on(taken, size, None, None)
        elif path is not None and port is None:
            target = validate.path(path)
            if target[:1] in ("\0", b"\0") and (readable_all or writable_all):
                raise errors.invalid_arg_value(
                    "path", path, "is abstract: it has no file mode to set"
                )

            def start() -> None:
                self._listen_path(target, size, readable_all, writable_all)
        else:
            number = validate.listen_port(port)
            options = _BindOptions(bool(ipv6_only), bool(reuse_port))
            if host:
                name = host

                def start() -> None:
                    self._listen_host(name, number, size, options)
            else:

                def start() -> None:
                    self._listen_any(number, size, options)

        if callback is not None:
            self.once("listening", callback)
        self._life += 1
        self._stop_obeying()
        self._closed = None
        self._asked = True
        if self._close_due and self._waits is not None:
            # The 'close' that is due is theirs; the others wait for what this life brings.
            self._wake("close", (), others=False)
        if signal is not None:
            self._obey(signal)
        start()
        return self

    def _obey(self, signal: AbortSignal) -> None:
        life = self._life

        def on_abort() -> None:
            if life == self._life:
                self._forget_signal = None
                self.close()

        if signal.aborted:
            self._turn.defer(self, FREE, on_abort)
        else:
            self._forget_signal = signal._on_abort(on_abort, self._turn)

    def _listen_any(self, port: int, backlog: int, options: _BindOptions) -> None:
        try:
            sock = _bound(_socket.AF_INET6, ("::", port), options)
            host = "::"
        except OSError:
            try:
                sock = _bound(_socket.AF_INET, ("0.0.0.0", port), options)
                host = "0.0.0.0"
            except OSError as error:
                self._listen_failed(error, "0.0.0.0", port)
                return
        self._listen_on(sock, backlog, host, port)

    def _listen_host(self, host: str, port: int, backlog: int, options: _BindOptions) -> None:
        life = self._life
        family = is_ip(host)
        defer = self._turn.defer
        if family:
            defer(
                self,
                FREE,
                self._listen_ip,
                life,
                host,
                family,
                port,
                backlog,
                options,
            )
            return

        def look_up() -> None:
            # There is an answer whatever ends this greenlet: a Timeout, a kill.
            error: Exception | None = errors.lookup_error(_socket.EAI_FAIL, host)
            ip, version = "", 0
            try:
                ip, version = resolve.lookup(host)[0]
                error = None
            except Exception as failure:
                error = failure
            finally:
                if error is None:
                    defer(self, FREE, self._listen_ip, life, ip, version, port, backlog, options)
                else:
                    defer(self, FREE, self._look_up_failed, life, error)

        Greenlet.spawn(look_up)

    def _is_asked_by(self, life: int) -> bool:
        return self._asked and life == self._life

    def _look_up_failed(self, life: int, error: Exception) -> None:
        if self._is_asked_by(life):
            self._stop_obeying()
            self._emit_error(life, error)

    def _listen_ip(
        self,
        life: int,
        host: str,
        family: int,
        port: int,
        backlog: int,
        options: _BindOptions,
    ) -> None:
        if not self._is_asked_by(life):
            return
        kind = _socket.AF_INET if family == 4 else _socket.AF_INET6
        try:
            sock = _bound(kind, resolve.socket_address(host, port), options)
        except OSError as error:
            self._listen_failed(error, host, port)
            return
        self._listen_on(sock, backlog, host, port)

    def _listen_path(
        self, path: str | bytes, backlog: int, readable_all: bool, writable_all: bool
    ) -> None:
        self._path = path
        shown = os.fsdecode(path)
        if _AF_UNIX is None:
            self._listen_failed(OSError(errno.EAFNOSUPPORT, ""), shown, None)
            return
        try:
            sock = _socket.socket(_AF_UNIX, _socket.SOCK_STREAM)
        except OSError as error:
            self._listen_failed(error, shown, None)
            return
        try:
            unix.bind(sock, path)
        except OSError as error:
            sock.close()
            if error.errno == errno.ENOENT:
                error = OSError(errno.EACCES, os.strerror(errno.EACCES))
            self._listen_failed(error, shown, None)
            return
        if path[:1] not in ("\0", b"\0"):
            mode = _READABLE if readable_all else 0
            if writable_all:
                mode |= _WRITABLE
            try:
                found = unix.status(path)
                self._unlink = path, found.st_dev, found.st_ino
                if mode:
                    unix.add_mode(path, mode)
            except OSError as error:
                sock.close()
                self._remove_path()
                self._listen_failed(error, shown, None)
                return
        self._listen_on(sock, backlog, shown, None)

    def _listen_on(
        self, sock: _socket.socket, backlog: int, host: str | None, port: int | None
    ) -> None:
        try:
            sock.setblocking(False)
            sock.listen(backlog)
        except OSError as error:
            sock.close()
            self._remove_path()
            self._listen_failed(error, host, port)
            return
        self._sock = sock
        self._asked = False
        self._closed = False
        self._drop_inherited()
        self._turn.retain()
        self._turn.open.add(self)
        self._accept = _AcceptPump(self, self._turn, sock, self._ref)
        self._turn.defer(self, FREE, self._emit_listening)

    def _listen_failed(self, error: OSError, host: str | None, port: int | None) -> None:
        self._stop_obeying()
        failure = errors.uv_error(error.errno or errno.EIO, "listen", host, port)
        self._turn.defer(self, FREE, self._emit_error, self._life, failure)

    def _emit_listening(self) -> None:
        if self._sock is not None:
            self.emit("listening")

    def _emit_error(self, life: int, error: BaseException) -> None:
        """Listening has failed; if nobody hears it, who serves must, or the main greenlet."""
        if life != self._life:
            self._monitor(error)
            if "error" in self._events:
                self._tell_listeners("error", error)
            else:
                self._turn.report(self, error)
            return
        if self._sock is None:
            self._asked = False
        if not self._tell_error(error) and not self._fail_serving(error):
            self._turn.throw_in_main(error)

    def _tell_listeners(self, event: str, *args: Any) -> None:
        """Emit an event of an earlier life, which is not for those who wait in this one."""
        for listener in self._events.get(event, ()):
            listener(*args)

    def _holds(self, event: Hashable) -> tuple[Any, ...] | None:
        holds = (event == "listening" and self._sock is not None) or (
            event == "close" and self._closed is True
        )
        return () if holds else None

    # Accepting.

    def _on_accept(self, sock: _socket.socket, address: Any) -> None:
        if self.block_list is not None and _is_blocked(self.block_list, sock.family, address):
            sock.close()
            return
        if self._is_at_limit():
            self._drop(sock, address)
            return
        try:
            sock.setblocking(False)
            connection = Socket._accepted(self, sock, address)
        except BaseException:
            sock.close()
            raise
        self._sockets.add(connection)
        # A task of the connection's own: what its listener raises or writes is the connection's.
        self._turn.defer(connection, FREE, self.emit, "connection", connection)
        if self._handler is not None:
            self._start_handler(connection)

    def _is_at_limit(self) -> bool:
        limit = self._max_connections
        return limit is not None and limit != 0 and len(self._sockets) >= limit

    def _leaves_them_waiting(self) -> bool:
        return not self._drops and self._is_at_limit()

    def _drop(self, sock: _socket.socket, address: Any) -> None:
        local = address_info(sock, sock.getsockname)
        remote = named_address(sock.family, address)
        sock.close()
        if local is None:
            self.emit("drop", None)
            return
        gone = (None, None, None)
        address, family, port = local
        remote_address, remote_family, remote_port = remote or gone
        self.emit(
            "drop",
            DropInfo(
                local_address=address,
                local_port=port,
                local_family=family,
                remote_address=remote_address,
                remote_port=remote_port,
                remote_family=remote_family,
            ),
        )

    def _resume_accepting(self) -> None:
        if self._accept is not None:
            self._accept.resume()

    def _on_accept_error(self, error: OSError) -> None:
        """Nothing can be accepted any more: another process may have shut the listener down."""
        self.close()
        if not self._tell_error(error) and not self._fail_serving(error):
            self._turn.report(self, error)

    def _connection_closed(self, connection: Socket) -> None:
        self._sockets.discard(connection)
        if not self._drops:
            self._resume_accepting()
        self._check_idle()
        self._emit_close_if_drained()

    # Closing.

    def close(self, callback: Listener | None = None) -> Self:
        """Stop accepting; `'close'` follows when every connection has closed.

        `callback(error_or_none)` is called then; the error is `ERR_SERVER_NOT_RUNNING` if the
        server was not listening. Never blocks. Reference: "server.close([callback])".
        """
        self._turn.check_thread()
        if callback is not None:
            tell = fitting(validate.function(callback, "callback"), 1)
            error = errors.server_not_running() if self._sock is None else None
            self.once("close", lambda: tell(error))
        if self._asked:
            self._asked = self._closed = False
        self._drop_inherited()
        self._stop_obeying()
        if self._sock is not None:
            self._stop()
        self._emit_close_if_drained()
        return self

    def _stop(self) -> None:
        sock = self._sock
        assert sock is not None and self._accept is not None
        self._sock = None
        self._accept.close()
        self._accept = None
        self._stop_waiting()
        self._turn.release()
        self._turn.open.discard(self)
        self._remove_path()
        self._path = None
        close_handle(sock)

    def _stop_obeying(self) -> None:
        """The signal has nothing to close any more."""
        if self._forget_signal is not None:
            self._forget_signal()
            self._forget_signal = None

    def _remove_path(self) -> None:
        """Unlink the Unix socket, if it is still the one that was bound."""
        if self._unlink is None:
            return
        path, device, inode = self._unlink
        self._unlink = None
        with suppress(OSError):
            found = os.lstat(path)
            if (found.st_dev, found.st_ino) == (device, inode):
                os.unlink(path)

    def _emit_close_if_drained(self) -> None:
        if self._sock is None and not self._sockets:
            self._close_due = True
            self._turn.defer(self, FREE, self._emit_close)

    def _emit_close(self) -> None:
        self._close_due = False
        if self._asked or self._sock is not None or self._sockets:
            self._check_idle()
            self._tell_listeners("close")
        else:
            self._end_serving()
            self.emit("close")

    def _forked(self) -> None:
        self._inherited, self._sock = self._sock, None
        if self._accept is not None:
            self._accept.close()
            self._accept = None
            self._turn.release()
        self._turn.open.discard(self)
        # The path is the parent's to remove.
        self._unlink = None
        self._closed = None
        self._sockets.clear()
        self._handlers.clear()

    def _hub_destroyed(self) -> None:
        if self._sock is not None:
            self._stop()
        self._closed = True
        self._sockets.clear()
        self._handlers.clear()

    def _drop_inherited(self) -> None:
        if self._inherited is not None:
            close_handle(self._inherited)
            self._inherited = None

    # Properties.

    @property
    def listening(self) -> bool:
        """Whether the server accepts connections. Reference: "server.listening"."""
        return self._sock is not None

    @property
    def max_connections(self) -> int | None:
        """How many connections are open at most; None, and 0, is no limit.

        What comes above it is dropped, with `'drop'`, or waits: see `drop_max_connection`.
        Reference: "server.maxConnections".
        """
        return self._max_connections

    @max_connections.setter
    def max_connections(self, limit: int | None) -> None:
        self._turn.check_thread()
        self._max_connections = None if limit is None else validate.int32(limit, "max_connections")
        self._resume_accepting()

    @property
    def drop_max_connection(self) -> bool:
        """What becomes of the connections above `max_connections`: True drops them.

        False leaves them in the system's queue, for a connection here to close or for another
        process that listens on the same descriptor. Reference: "server.dropMaxConnection".
        """
        return self._drops

    @drop_max_connection.setter
    def drop_max_connection(self, drops: bool) -> None:
        self._drops = bool(drops)
        self._resume_accepting()

    @property
    def connections(self) -> int:
        """Deprecated: how many connections are open. Reference: "server.connections"."""
        return len(self._sockets)

    @property
    def keep_alive_initial_delay(self) -> int:
        """The delay of the option of that name, in whole seconds."""
        return self._keep_alive_delay

    def get_connections(self, callback: Callable[..., object]) -> Self:
        """Call `callback(None, count)` with the number of open connections, later.

        Reference: "server.getConnections(callback)".
        """
        self._turn.check_thread()
        tell = fitting(validate.function(callback, "callback"), 2)
        self._turn.defer(self, FREE, tell, None, len(self._sockets))
        return self

    def address(self) -> AddressInfo | str | bytes | None:
        """Where the server listens: an AddressInfo, a path, or None.

        Reference: "server.address()".
        """
        sock = self._sock
        if sock is None:
            return None
        if sock.family == _AF_UNIX:
            return self._path if self._path is not None else sock.getsockname()
        return address_info(sock, sock.getsockname)

    def fileno(self) -> int:
        """The descriptor that is listened on, -1 if there is none.

        In a forked child it is the parent's, which nobody listens on there until `listen()` is
        called: `server.listen(server)` does so.
        """
        sock = self._sock or self._inherited
        return -1 if sock is None else sock.fileno()

    def ref(self) -> Self:
        """Undo `unref()`: listening keeps `net.run()` running again. Reference: "server.ref()"."""
        return self._set_ref(True)

    def unref(self) -> Self:
        """Let `net.run()` return although the server listens. Reference: "server.unref()"."""
        return self._set_ref(False)

    def _set_ref(self, ref: bool) -> Self:
        self._turn.check_thread()
        self._ref = ref
        if self._accept is not None:
            self._accept.set_ref(ref)
        return self


show_methods_as(Server, Serving)


def create_server(
    connection_listener: Listener | None = None,
    *,
    handler: Callable[[Socket], object] | None = None,
    spawn: Any = None,
    allow_half_open: bool = False,
    pause_on_connect: bool = False,
    no_delay: bool = False,
    keep_alive: bool = False,
    keep_alive_initial_delay: float = 0,
    high_water_mark: int | None = None,
    max_buffered: int | None = None,
    block_list: BlockList | None = None,
) -> Server:
    """Make a Server; see there for the options. Reference: "net.createServer()"."""
    return Server(
        connection_listener,
        handler=handler,
        spawn=spawn,
        allow_half_open=allow_half_open,
        pause_on_connect=pause_on_connect,
        no_delay=no_delay,
        keep_alive=keep_alive,
        keep_alive_initial_delay=keep_alive_initial_delay,
        high_water_mark=high_water_mark,
        max_buffered=max_buffered,
        block_list=block_list,
    )


def _is_blocked(block_list: BlockList, family: int, address: Any) -> bool:
    """Whether a peer may not come in; one without an address may not, except to a Unix socket."""
    return family in FAMILY_NAMES and (not address or block_list.check(address[0]))


def _bound(family: int, address: Any, options: _BindOptions) -> _socket.socket:
    sock = _socket.socket(family, _socket.SOCK_STREAM)
    try:
        if os.name == "posix":
            sock.setsockopt(_socket.SOL_SOCKET, _socket.SO_REUSEADDR, 1)
        if options.reuse_port:
            sock.setsockopt(_socket.SOL_SOCKET, _socket.SO_REUSEPORT, 1)
        if family == _socket.AF_INET6:
            sock.setsockopt(_socket.IPPROTO_IPV6, _socket.IPV6_V6ONLY, options.ipv6_only)
        sock.bind(address)
    except BaseException:
        sock.close()
        raise
    return sock
