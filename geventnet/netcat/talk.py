"""One connection of the netcat, between standard input and standard output."""

from __future__ import annotations

import gevent
from gevent.event import Event
from gevent.lock import RLock

import geventnet as net

from .console import Input, Progress, print_all, tell

__all__ = ["Talk", "name_of", "watch"]

#: The exit status when nobody reads standard output: the shell's for SIGPIPE.
_READER_GONE = 141


def watch(sock: net.Socket, timeout: float | None) -> None:
    """Tell what goes wrong with `sock`, and destroy it if it is idle for `timeout` seconds."""
    sock.on("error", tell)
    if timeout is not None:
        sock.set_timeout(timeout, lambda: sock.destroy(TimeoutError("timed out")))


def name_of(address: str | None, port: int | None) -> str:
    """One end of a connection, as an ADDRESS."""
    if address is None:
        return "a Unix socket"
    return f"[{address}]:{port}" if ":" in address else f"{address}:{port}"


class Talk:
    """Sends what comes in on standard input and prints what comes out of a socket.

    Either direction may end before the other; the socket is one that is left half open then.
    """

    def __init__(self, sock: net.Socket, source: Input, verbose: bool) -> None:
        self._sock = sock
        self._source = source
        self._verbose = verbose
        self._status = 0
        self._printing = RLock()

    def run(self) -> int:
        """Block until the socket is closed; returns the exit status.

        That is 0 if all that came in was sent, and all that was received up to its end was printed.
        """
        sock = self._sock
        closed, drained = Event(), Event()
        progress = Progress(sock)
        sock.on("data", self._show)
        sock.on("drain", drained.set)
        sock.on("close", closed.set)
        sending = gevent.spawn(self._send, drained)
        try:
            closed.wait()
        finally:
            sending.kill(block=False)
            progress.end(self._verbose)
        # A socket that is destroyed closes without waiting for its 'data' listener.
        with self._printing:
            return self._status or int(not (sock.readable_ended and sock.writable_finished))

    def _fail(self, error: BaseException, status: int = 1) -> None:
        self._status = self._status or status
        if not isinstance(error, BrokenPipeError):
            tell(error)

    def _show(self, chunk: bytes) -> None:
        with self._printing:
            try:
                print_all(chunk)
            except OSError as error:
                self._fail(error, _READER_GONE if isinstance(error, BrokenPipeError) else 1)
                self._sock.destroy()

    def _send(self, drained: Event) -> None:
        sock = self._sock
        try:
            while chunk := self._source.read():
                drained.clear()
                if not sock.write(chunk):
                    drained.wait()
        except OSError as error:
            self._fail(error)
        sock.end()
