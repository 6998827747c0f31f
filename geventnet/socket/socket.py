"""Socket: both vocabularies over one connection."""

from __future__ import annotations

import _socket
import os
from collections.abc import Callable, Iterable, Iterator
from operator import attrgetter
from types import TracebackType
from typing import IO, TYPE_CHECKING, Any, Literal, Self, Unpack, overload

from .. import errors
from ..arguments import values
from ..arguments.naming import show_methods_as
from ..blocking.face import BlockingFace, system_socket
from ..loop.unpatched import close_fd
from ..stream.framing import FRAME_LIMIT, LINE_LIMIT, frame, separator_bytes
from ..transport.handles import adopt
from ..transport.passing import PassingSocket
from ..transport.reader import CHUNK_SIZE
from .carrying import carrier, close_when_carried
from .connection import Connection
from .endpoint import Endpoint
from .ends import Known
from .link import Link
from .options import no_delay_was_set
from .passing import LONGEST_FRAME, RECEIVERS, SocketPassage, unpack
from .settings import Settings
from .travel import Carried, State, Tether, check, give_up, in_its_thread

if TYPE_CHECKING:
    import io

    import gevent.socket

    from ..blocking.forms import (
        BinaryMode,
        Buffered,
        ReadMode,
        ReadWriteMode,
        TextMode,
        TextOptions,
        WriteMode,
    )

__all__ = ["Socket"]


class Socket(Connection):
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

    The blocking calls block the calling greenlet and no other, wait for a connection that is being
    made, and may be cut short anywhere by `gevent.Timeout`, `kill()` or `destroy()`: no byte is
    lost or repeated for the next call. Whoever makes one owns the end of the connection: when the
    other side has ended, this one stays writable until `close()` (`end()`, `shutdown()`), unless
    the data go to listeners. They raise an `OSError` with `EBADF` once the socket was destroyed by
    this side, the error that it failed with (once), `TimeoutError` after `settimeout()` seconds,
    and a `NetError` that is a `RuntimeError` in the hub and in another thread.
    """

    __slots__ = ()

    @property
    def _net_face(self) -> BlockingFace:
        """The blocking face, which exists from the first blocking call on."""
        link = self._net_link
        face = link.face
        if face is None:
            self._net_life.scheduler.check_blocking()
            face = link.face = BlockingFace(link)
        return face

    # Receiving.

    def recv(self, size: int, flags: int = 0) -> bytes:
        """Receive at most `size` bytes; `b""` at the end of the stream, always.

        Blocks until there is something. `MSG_PEEK` leaves the bytes where they are; with
        `MSG_DONTWAIT` it raises `BlockingIOError` instead of blocking. Raises a
        `NetError` that is a RuntimeError while another greenlet receives, while there is a
        `'data'` listener or a pipe, and after `set_encoding()`.
        """
        return (self._net_link.face or self._net_face).reads.recv(size, flags)

    def recv_into(self, buffer: Any, nbytes: int = 0, flags: int = 0) -> int:
        """Receive into a writable bytes-like object; returns how many bytes, 0 at the end.

        At most `nbytes` of them, or as many as fit. Blocks and raises as `recv`.
        """
        return self._net_face.reads.recv_into(buffer, nbytes, flags)

    def recv_exactly(self, size: int) -> bytes:
        """Receive `size` bytes, no fewer.

        Blocks until they are there. Raises `EOFError`, with what there was as its `.partial`, if
        the stream ends before: `b""` if the peer was done; otherwise as `recv`.
        """
        return self._net_face.reads.recv_exactly(size)

    def recv_until(self, separator: bytes, limit: int = CHUNK_SIZE) -> bytes:
        """Receive up to and with the next `separator`: at most `limit` bytes, all counted.

        The limit is 65,536 bytes unless another is given. Blocks until the separator is there.
        Raises `EOFError`, with what there was as its `.partial`, if the stream ends before; a
        `NetError` that is a ValueError if the limit is passed: the bytes can still be received;
        otherwise as `recv`.
        """
        return self._net_face.reads.recv_until(separator, limit)

    def lines(self, separator: bytes = b"\n", limit: int = LINE_LIMIT) -> Iterator[bytes]:
        """Receive line by line, without the separator, up to the end of the stream.

        A line has at most `limit` bytes, 65,536 unless another is given, its separator counted.
        Blocks and raises as `recv_until`; also `EOFError` if the stream ends within a line.
        """
        cut = -len(separator_bytes(separator))
        return self._net_messages(lambda: self.recv_until(separator, limit)[:cut])

    def recv_frame(self, prefix: int = 4, limit: int = FRAME_LIMIT) -> bytes:
        """Receive a message that has its length in front: `prefix` bytes, the highest first.

        At most `limit` bytes, 1 MiB unless another is given. Blocks until the whole of it is there,
        and takes nothing before. Raises `EOFError` as `recv_exactly`; a `NetError` that is a
        ValueError if the message is longer than the limit; otherwise as `recv`.
        """
        return self._net_face.reads.recv_frame(prefix, limit)

    def frames(self, prefix: int = 4, limit: int = FRAME_LIMIT) -> Iterator[bytes]:
        """`recv_frame` up to the end of the stream; `EOFError` if that is within a message."""
        return self._net_messages(lambda: self.recv_frame(prefix, limit))

    def _net_messages(self, receive: Callable[[], bytes]) -> Iterator[bytes]:
        while True:
            try:
                message = receive()
            except errors.StreamEnded as error:
                if error.partial:
                    raise
                return
            yield message

    def __iter__(self) -> Iterator[bytes]:
        """Receive chunk by chunk up to the end of the stream. Blocks and raises as `recv`.

        Reference: "readable[Symbol.asyncIterator]()"; leaving the loop does not destroy the socket.
        """
        while chunk := self.recv(CHUNK_SIZE):
            yield chunk

    # Sending.

    def sendall(self, data: Any, flags: int = 0) -> None:
        """Send a bytes-like object whole.

        Blocks until the system has taken all of it. While what was written before stands above
        the high-water mark it waits without having sent anything; interrupted after that, the
        whole of it is still sent. Messages of several greenlets do not mix and go out in the order
        of the calls. Raises `BrokenPipeError` after `end()`.
        """
        (self._net_link.face or self._net_face).writes.sendall(data, flags)

    def send_frame(self, data: Any, prefix: int = 4) -> None:
        """Send a message with its length in front (see `recv_frame`). Blocks as `sendall`.

        Raises `ERR_OUT_OF_RANGE` for a message that is too long for the prefix.
        """
        self.sendall(frame(data, prefix))

    def send(self, data: Any, flags: int = 0) -> int:
        """Send the beginning of a bytes-like object; returns how many bytes the system has taken.

        Blocks until it takes some. Interrupted, it has sent nothing. Raises as `sendall`.
        """
        return self._net_face.writes.send(data, flags)

    def sendfile(self, file: IO[bytes], offset: int = 0, count: int | None = None) -> int:
        """Send a file, opened for bytes, from `offset`: `count` bytes, or up to its end.

        Blocks until all is sent; returns how many bytes that were. The file's position is then
        after the last byte that was sent, also if it was interrupted. What others write meanwhile
        is sent after it. Uses the system's `sendfile` for regular files, where there is one.
        """
        return self._net_face.writes.sendfile(file, offset, count)

    # Into another process.

    def send_handle(self, handle: Any, data: Any = b"") -> None:
        """Pass a Socket, or what a Server listens on, to the process at the other end.

        This is a Unix socket, made with `handles=True` at both ends; what else is sent over it
        stays in order with it. A Socket gives its connection up, with what was received and not
        read, as by `detach`, once the system has taken it; a Server goes on. `data` goes along.
        Blocks until all of it is sent. Raises `ERR_INVALID_STATE` if bytes of the Socket would be
        lost, which stays then, `ERR_SOCKET_CLOSED`, `ERR_SERVER_NOT_RUNNING`,
        `ERR_INVALID_ARG_TYPE`, and as `sendall`. Reference: "subprocess.send()".
        """
        make = getattr(handle, "_net_passage", None)
        if make is None or handle is self:
            raise errors.invalid_arg_type("handle", ("Socket", "Server"), handle)
        self._net_face.writes.send_handle(make(), values.as_bytes(data, "data", text=False))

    def receive_handle(self) -> tuple[Any, bytes]:
        """Receive what `send_handle` has sent: a Socket or a Server, and the data.

        A Server does not listen before `server.listen(server)`. Blocks and raises as `recv_frame`;
        a `NetError` that is a RuntimeError if what comes next is no handle.
        """
        channel = self._net_link.handle
        frame = self._net_face.reads.recv_frame(4, LONGEST_FRAME)
        channel = self._net_link.handle or channel
        if not isinstance(channel, PassingSocket):
            raise errors.NetRuntimeError(
                "Handles go over a Unix socket that was made with handles=True", "ERR_INVALID_STATE"
            )
        return unpack(frame, channel)

    def _net_passage(self) -> SocketPassage:
        """What `send_handle` sends."""
        return SocketPassage(self._net_link)

    def __reduce_ex__(self, protocol: object) -> Any:
        """What `multiprocessing` sends (see carrying.py). Raises TypeError elsewhere.

        The connection is given up, as by `detach`, with what was received and not read yet. Raises
        as `detach` does; nothing is given up if the rest of the message cannot be pickled.
        """
        carry = carrier(self, is_given_up=True)
        link = self._net_link
        scheduler = link.scheduler
        parcel = in_its_thread(scheduler, link.life, lambda: give_up(link))
        carried = carry(parcel.fd)
        tether = None if parcel.tether is None else carry(parcel.tether)
        close_when_carried(scheduler, parcel.descriptors)
        return self._net_received, (carried, tether, parcel.state)

    def _net_check_carried(self) -> None:
        """Raise what pickling would."""
        link = self._net_link
        in_its_thread(link.scheduler, link.life, lambda: check(link))

    @classmethod
    def _net_received(cls, carried: Carried, carried_tether: Carried | None, state: State) -> Self:
        """A connection that comes from another process."""
        fd = carried.detach()
        try:
            handle = adopt(fd)
        except BaseException:
            close_fd(fd)
            raise
        self = cls.__new__(cls)
        settings = Settings(max_buffered=state.max_buffered, is_plain=cls._net_is_plain())
        link = Link(self, state.options, settings)
        self._net_start(link, state.mark, state.allow_half_open)
        link.known = Known(None, state.peer, state.proxy_header, state.proxy_peer)
        if carried_tether is not None:
            link.counted_by = Tether(carried_tether.detach())
        if not state.writable:
            self._net_writer.remove()
        if state.unread:
            self.unshift(state.unread)
        self._net_take(handle)
        return self

    # Ending.

    def shutdown(self, how: int) -> None:
        """End one side or both: `SHUT_WR`, `SHUT_RD`, `SHUT_RDWR` of the module `socket`.

        Blocks until what was written is sent; then `end()`. After `SHUT_RD` nothing more is
        received. `'finish'` follows, and `'end'`.
        """
        self._net_face.shutdown(how)

    def close(self) -> None:
        """Send what was written, then close the connection.

        Blocks until all of it is sent; cut short, it destroys the socket. Raises the error that
        sending fails with, or one that no call has raised yet. While there are open files of
        `makefile()`, the last of them closes the socket. On a closed socket it does nothing.
        `'finish'` and `'close'` follow.
        """
        self._net_face.close()

    def __enter__(self) -> Self:
        """Wait for the connection, if there is to be one, or raise its error."""
        self._net_face.enter()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Send what was written and close; on an exception destroy at once."""
        if error is not None:
            self.destroy()
        else:
            self._net_face.close_now()

    # Files.

    @overload
    def makefile(
        self, mode: TextMode = "r", buffering: int | None = None, **options: Unpack[TextOptions]
    ) -> io.TextIOWrapper: ...
    @overload
    def makefile(
        self, mode: BinaryMode, buffering: Literal[0], **options: Unpack[TextOptions]
    ) -> io.RawIOBase: ...
    @overload
    def makefile(
        self, mode: ReadWriteMode, buffering: Buffered | None = None, **options: Unpack[TextOptions]
    ) -> io.BufferedRWPair: ...
    @overload
    def makefile(
        self, mode: ReadMode, buffering: Buffered | None = None, **options: Unpack[TextOptions]
    ) -> io.BufferedReader: ...
    @overload
    def makefile(
        self, mode: WriteMode, buffering: Buffered | None = None, **options: Unpack[TextOptions]
    ) -> io.BufferedWriter: ...
    @overload
    def makefile(
        self, mode: BinaryMode, buffering: int, **options: Unpack[TextOptions]
    ) -> io.IOBase: ...
    def makefile(
        self,
        mode: str = "r",
        buffering: int | None = None,
        *,
        encoding: str | None = None,
        errors: str | None = None,
        newline: str | None = None,
    ) -> Any:
        """A file of the standard library's `io` that reads and writes this socket.

        As `socket.socket.makefile`: modes of `"r"`, `"w"` and `"b"`, `buffering=0` for bytes
        without a buffer. Never blocks; its methods do, and raise as `recv` and `sendall`.
        """
        return self._net_face.makefile(mode, buffering, encoding, errors, newline)

    # What code written for socket.socket asks for.

    def settimeout(self, timeout: float | None) -> None:
        """Limit every blocking call from now on to `timeout` seconds, or not (None).

        A call that takes longer raises `TimeoutError`; with 0 one that would have to wait raises
        `BlockingIOError`. This is not the idle timeout, which is `set_timeout()`.
        """
        limit = None if timeout is None else values.seconds(timeout, "timeout")
        self._net_face.session.limit = limit

    def gettimeout(self) -> float | None:
        """The limit of blocking calls in seconds; None is none.

        At first it is that of `socket.setdefaulttimeout()`.
        """
        link = self._net_link
        return link.settings.first_limit if link.face is None else link.face.session.limit

    def setblocking(self, flag: bool) -> None:
        """`settimeout(None)`, or with False `settimeout(0)`."""
        self.settimeout(None if flag else 0)

    def connect_ex(self, address: Any) -> int:
        """Connect, and return 0 or the number of the error instead of raising it.

        `address` is what `connect` takes in one argument. Blocks until there is a connection, or
        for `settimeout()` seconds: then it returns `EAGAIN`, and with 0 `EINPROGRESS`, and goes on
        connecting. Raises `NetError` for a bad address, and the error of a look-up.
        """
        self.connect(address)
        return self._net_face.connect_ex()

    def recvmsg(
        self, bufsize: int, ancbufsize: int = 0, flags: int = 0
    ) -> tuple[bytes, list[tuple[int, int, bytes]], int, None]:
        """`recv`, as `(data, [], 0, None)`.

        There is no ancillary data: raises `ERR_INVALID_ARG_VALUE` if there shall be room for it.
        """
        if ancbufsize:
            raise errors.invalid_arg_value("ancbufsize", ancbufsize, "must be 0")
        return self.recv(bufsize, flags), [], 0, None

    def sendmsg(
        self,
        buffers: Iterable[Any],
        ancdata: Iterable[Any] = (),
        flags: int = 0,
        address: None = None,
    ) -> int:
        """`send` of several bytes-like objects as one.

        Raises `ERR_INVALID_ARG_VALUE` if there is ancillary data or an address.
        """
        if list(ancdata) or address is not None:
            raise errors.invalid_arg_value("ancdata", ancdata, "is not supported")
        return self.send(b"".join(buffers), flags)

    def get_inheritable(self) -> bool:
        """Whether a child process that is started inherits the descriptor; at first not."""
        return os.get_inheritable(self.fileno())

    def set_inheritable(self, inheritable: bool) -> None:
        """Say whether a child process that is started inherits the descriptor."""
        os.set_inheritable(self.fileno(), bool(inheritable))

    def dup(self) -> gevent.socket.socket:
        """A `gevent.socket.socket` on a duplicate of the descriptor, with the same limit.

        It reads what has arrived since: what this Socket has read ahead stays here. It must not
        receive while this Socket does.
        """
        from gevent.socket import socket

        handle = system_socket(self._net_link.handle, "dup")
        copy = socket(handle.family, handle.type, handle.proto, os.dup(handle.fileno()))
        copy.settimeout(self.gettimeout())
        return copy

    def getblocking(self) -> bool:
        """Whether blocking calls may wait at all."""
        return self.gettimeout() != 0

    def getsockopt(self, level: int, option: int, size: int = 0) -> int | bytes:
        """An option of the system's socket: a number, or `size` bytes. Raises `OSError`."""
        sock = system_socket(self._net_link.handle, "getsockopt")
        return sock.getsockopt(level, option, size) if size else sock.getsockopt(level, option)

    def setsockopt(self, level: int, option: int, value: Any, size: int | None = None) -> None:
        """Set an option of the system's socket. Raises `OSError`."""
        self._net_check_thread()
        link = self._net_link
        sock = system_socket(link.handle, "setsockopt")
        link.flush()
        if size is None:
            sock.setsockopt(level, option, value)
        else:
            sock.setsockopt(level, option, value, size)
        if level == _socket.IPPROTO_TCP and option == _socket.TCP_NODELAY:
            no_delay_was_set(link, bool(sock.getsockopt(level, option)))

    def getsockname(self) -> Any:
        """This end's address as the module `socket` has it. Raises `OSError`."""
        return system_socket(self._net_link.handle, "getsockname").getsockname()

    def getpeername(self) -> Any:
        """The other end's address as the module `socket` has it. Raises `OSError`."""
        return system_socket(self._net_link.handle, "getpeername").getpeername()

    @property
    def family(self) -> int:
        """The address family, as a constant of the module `socket`; -1 without a descriptor."""
        handle = self._net_link.handle
        return -1 if handle is None else handle.family

    @property
    def type(self) -> int:
        """`SOCK_STREAM` of the module `socket`."""
        return int(_socket.SOCK_STREAM)

    @property
    def proto(self) -> int:
        """The protocol number; 0 without a descriptor."""
        handle = self._net_link.handle
        return handle.proto if isinstance(handle, _socket.socket) else 0


show_methods_as(Socket, Connection, Endpoint)

RECEIVERS["socket"] = attrgetter("_net_received")(Socket)
