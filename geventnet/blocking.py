"""BlockingFace: Python's socket calls, which block the calling greenlet and raise."""

from __future__ import annotations

import _socket
import errno
from types import TracebackType
from typing import Any, Self

from . import errors, validate
from .calls import Calls
from .handle import Descriptor
from .receiving import Receiving
from .sending import Sending
from .socketfile import open_file
from .stream.duplex import Duplex
from .turn import WRITE, thread_ident

__all__ = ["BlockingFace"]


class BlockingFace(Receiving, Sending):
    """The blocking calls of a Socket.

    All of them block the calling greenlet and no other, wait for a connection that is being made,
    and may be cut short anywhere by `gevent.Timeout`, `kill()` or `destroy()`: no byte is lost or
    repeated for the next call. Whoever makes one owns the end of the connection: when the other
    side has ended, this one stays writable until `close()` (`end()`, `shutdown()`), unless the
    data go to listeners. They raise an `OSError` with `EBADF` once the socket was destroyed
    by this side, the error that it failed with (once), `TimeoutError` after `settimeout()`
    seconds, and a `NetError` that is a `RuntimeError` in the hub and in another thread.
    """

    __slots__ = ()

    # Ending.

    def shutdown(self, how: int) -> None:
        """End one side or both: `SHUT_WR`, `SHUT_RD`, `SHUT_RDWR` of the module `socket`.

        Blocks until what was written is sent; then `end()`. After `SHUT_RD` nothing more is
        received. `'finish'` follows, and `'end'`.
        """
        how = validate.int32(how, "how", 0, 2)
        self._limited("shutdown", self._shutdown, how)

    def _shutdown(self, how: int) -> None:
        calls = self._begin()
        self._check_open(calls, "shutdown")
        if how != _socket.SHUT_RD:
            self._flush(calls, "shutdown")
            self.end()
        if how != _socket.SHUT_WR and self._sock is not None:
            try:
                self._sock.shutdown(_socket.SHUT_RD)
            except OSError as error:
                if error.errno != errno.ENOTCONN:
                    raise errors.system_error(error.errno or errno.EIO, "shutdown") from None

    def close(self) -> None:
        """Send what was written, then close the connection.

        Blocks until all of it is sent; cut short, it destroys the socket. Raises the error that
        sending fails with, or one that no call has raised yet. While there are open files of
        `makefile()`, the last of them closes the socket. On a closed socket it does nothing.
        `'finish'` and `'close'` follow.
        """
        calls = self._begin()
        if calls.files and not self._destroyed:
            calls.closing = True
            return
        self._close_now(calls)

    def _close_now(self, calls: Calls) -> None:
        if self._destroyed:
            if calls.kept is not None:
                raise self._failure(calls, "close")
            return
        try:
            self._limited("close", self._flush_and_end, calls)
        finally:
            if self._calls is calls:
                self.destroy()

    def _flush_and_end(self, calls: Calls) -> None:
        if not self._has_handle or (self._connecting and not self._write_length):
            return
        self._await_connection(calls, "close")
        self._flush(calls, "close")
        self.end()
        while not self._finished and not self._is_over(calls) and not self._holds_write_lane():
            self._park(calls, lambda: self._finished or self._destroyed)
        if calls.kept is not None:
            raise self._failure(calls, "close")

    def _holds_write_lane(self) -> bool:
        """Whether a listener of the lane that `'finish'` is emitted in runs: perhaps the caller."""
        task = self._turn.current
        return bool(self._busy & WRITE) or (
            task is not None and task.owner is self and task.lane == WRITE
        )

    def _flush(self, calls: Calls, operation: str) -> None:
        """Block until everything that was written is sent."""
        self._flush_joined()
        self._send_corked()
        if self._is_over(calls):
            raise self._failure(calls, operation)
        self._await_sent(calls, operation)

    def _finish(self) -> None:
        try:
            Duplex._finish(self)
        finally:
            self._changed()

    def _begin_handled(self) -> None:
        """A handler is about to run: its errors and the end of the stream are its own to take."""
        self._calls = Calls()

    def _is_idle(self, handled: bool) -> bool:
        """Whether nothing waits to be sent or received, and a handler for the peer alone."""
        calls = self._calls
        waits = not handled or (calls is not None and calls.reader is not None)
        return waits and not self._read_length and not self._write_length

    def __enter__(self) -> Self:
        """Wait for the connection, if there is to be one, or raise its error."""
        calls = self._begin()
        try:
            if self._connecting or self._destroyed:
                self._check_open(calls, "connect")
        except BaseException:
            self.destroy()
            raise
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
            self._close_now(self._begin())

    # Files.

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
        calls = self._begin()
        file = open_file(self, mode, buffering, encoding, errors, newline)
        calls.files += 1
        return file

    def _file_closed(self) -> None:
        """A file of `makefile()` was closed."""
        calls = self._calls
        assert calls is not None
        calls.files -= 1
        if calls.closing and not calls.files:
            # A file may be closed by the garbage collector: in any thread, and where nothing may
            # block, so that it is not `close()`.
            if thread_ident() == self._turn.thread:
                self.destroy_soon()
            else:
                self._turn.loop.run_callback_threadsafe(self.destroy_soon)

    # What code written for socket.socket asks for.

    def settimeout(self, timeout: float | None) -> None:
        """Limit every blocking call from now on to `timeout` seconds, or not (None).

        A call that takes longer raises `TimeoutError`; with 0 one that would have to wait raises
        `BlockingIOError`. This is not the idle timeout, which is `set_timeout()`.
        """
        limit = None if timeout is None else validate.seconds(timeout, "timeout")
        self._begin().limit = limit

    def gettimeout(self) -> float | None:
        """The limit of blocking calls in seconds; None is none."""
        return None if self._calls is None else self._calls.limit

    def setblocking(self, flag: bool) -> None:
        """`settimeout(None)`, or with False `settimeout(0)`."""
        self.settimeout(None if flag else 0)

    def getblocking(self) -> bool:
        """Whether blocking calls may wait at all."""
        return self.gettimeout() != 0

    def getsockopt(self, level: int, option: int, size: int = 0) -> int | bytes:
        """An option of the system's socket: a number, or `size` bytes. Raises `OSError`."""
        sock = self._system_socket("getsockopt")
        return sock.getsockopt(level, option, size) if size else sock.getsockopt(level, option)

    def setsockopt(self, level: int, option: int, value: Any, size: int | None = None) -> None:
        """Set an option of the system's socket. Raises `OSError`."""
        self._turn.check_thread()
        sock = self._system_socket("setsockopt")
        self._flush_joined()
        if size is None:
            sock.setsockopt(level, option, value)
        else:
            sock.setsockopt(level, option, value, size)
        if level == _socket.IPPROTO_TCP and option == _socket.TCP_NODELAY:
            self._no_delay = bool(sock.getsockopt(level, option))

    def getsockname(self) -> Any:
        """This end's address as the module `socket` has it. Raises `OSError`."""
        return self._system_socket("getsockname").getsockname()

    def getpeername(self) -> Any:
        """The other end's address as the module `socket` has it. Raises `OSError`."""
        return self._system_socket("getpeername").getpeername()

    @property
    def family(self) -> int:
        """The address family, as a constant of the module `socket`; -1 without a descriptor."""
        return -1 if self._sock is None else self._sock.family

    @property
    def type(self) -> int:
        """`SOCK_STREAM` of the module `socket`."""
        return int(_socket.SOCK_STREAM)

    @property
    def proto(self) -> int:
        """The protocol number; 0 without a descriptor."""
        sock = self._sock
        return 0 if sock is None or isinstance(sock, Descriptor) else sock.proto

    def _system_socket(self, call: str) -> _socket.socket:
        sock = self._sock
        if sock is None or isinstance(sock, Descriptor):
            raise errors.system_error(errno.EBADF if sock is None else errno.ENOTSOCK, call)
        return sock
