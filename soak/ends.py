"""Ends: what runs one `Side` of a plan, on a Socket of the library or on a socket of gevent.

`run` returns when the side has ended and closed. What must never happen is raised or, out of a
listener, kept in `wrong`; errors that a connection may have are kept in `troubles`.
"""

from __future__ import annotations

import os
import socket
import struct
import time
from collections import deque
from collections.abc import Callable
from typing import Any

import gevent
import gevent.socket
from gevent.event import Event
from gevent.lock import BoundedSemaphore

import geventnet as net

from .plan import Side, Step
from .tape import Tape

__all__ = ["LibraryEnd", "RawEnd", "reset"]

_TROUBLE = (OSError, EOFError, net.NetError)
_EVENT_READERS = ("data", "paused", "readable")
#: Within how many bytes the reader "until" looks for a newline.
_LINE = 2048
#: Longer than this, a BufferedWriter cannot say how much of a write it has taken that was cut.
_FILE_BUFFER = 8192
#: Within how many seconds the loop has turned a few times.
_TURNS = 2.0


class _End:
    """What a side has met with."""

    def __init__(self) -> None:
        #: What may happen to a connection.
        self.troubles: list[BaseException] = []
        #: What may not.
        self.wrong: list[BaseException] = []

    def check(self) -> None:
        """Raise what was wrong that no greenlet waited for."""
        for error in self.wrong:
            raise error

    def guard(self, call: Callable[..., object], *args: Any) -> None:
        """Make a call, and keep what it raises."""
        try:
            call(*args)
        except _TROUBLE as error:
            self.troubles.append(error)
        except AssertionError as error:
            self.wrong.append(error)


class LibraryEnd(_End):
    """A side on a Socket, which may be connecting yet."""

    def __init__(
        self,
        side: Side,
        sock: net.Socket,
        incoming: Tape | None,
        outgoing: Tape | None,
        rough: bool,
    ) -> None:
        super().__init__()
        self.side = side
        self.sock = sock
        self.incoming = incoming
        self.outgoing = outgoing
        self.rough = rough
        self.closes = 0
        self._reader: Any = None
        self._read_done = Event()
        self._closed = Event()
        self._steps = deque(side.steps if outgoing is not None else ())
        self._stepping = BoundedSemaphore()
        self._file: Any = None
        self._chunks = 0
        self._called: list[int] = []
        self._asked = 0
        self._listeners: list[tuple[str, Callable[..., object]]] = []
        self._listen()

    # Listeners.

    def _listen(self) -> None:
        self._on("close", self._on_close)
        self._on("error", self.troubles.append)
        side, sock = self.side, self.sock
        if side.buffers is not None:
            if sock.connecting:
                self._on("connect", self._set_buffers)
            else:
                self._set_buffers()
        if side.idle is not None:
            self._on("timeout", lambda: None)
            sock.set_timeout(side.idle)
        if side.limit is not None:
            sock.settimeout(side.limit)
        if self.incoming is None:
            self._read_done.set()
        elif side.reader in _EVENT_READERS:
            self._on("end", self._on_end)
            if side.reader == "readable":
                self._on("readable", self._on_readable)
            else:
                self._on("data", self._on_data)

    def _on(self, event: str, listener: Callable[..., object]) -> None:
        def guarded(*args: Any) -> None:
            try:
                listener(*args)
            except AssertionError as error:
                self.wrong.append(error)

        self._listeners.append((event, guarded))
        self.sock.on(event, guarded)

    def detach(self) -> None:
        """Hear nothing more: the Socket may live again."""
        for event, listener in self._listeners:
            self.sock.off(event, listener)

    def _set_buffers(self) -> None:
        try:
            for option in (socket.SO_SNDBUF, socket.SO_RCVBUF):
                self.sock.setsockopt(socket.SOL_SOCKET, option, self.side.buffers)
        except OSError:
            # A pipe, whose size was set before.
            return

    def _on_close(self, had_error: bool) -> None:
        self.closes += 1
        self._read_done.set()
        self._closed.set()

    def _on_end(self) -> None:
        assert self.incoming is not None
        assert not self.closes, "'end' after 'close'"
        self.incoming.end()
        self._read_done.set()

    def _on_data(self, chunk: bytes) -> None:
        assert self.incoming is not None
        assert not self.closes, "'data' after 'close'"
        self.incoming.give(chunk)
        self._chunks += 1
        if self.side.reader == "paused" and not self._chunks % (1 + self.side.size % 7):
            self.sock.pause()
            gevent.spawn_later(0.0005, self.sock.resume)
        if self.side.inside and self._steps and self._stepping.acquire(blocking=False):
            try:
                self.guard(self._step, self._steps.popleft())
            finally:
                self._stepping.release()

    def _on_readable(self) -> None:
        assert self.incoming is not None
        sock = self.sock
        if 0 < self.side.size < sock.readable_length:
            self.incoming.give(sock.read(self.side.size))
        while (chunk := sock.read()) is not None:
            self.incoming.give(chunk)

    # Running.

    def run(self) -> None:
        """Run the side; returns when it has closed."""
        writer = gevent.spawn(self.guard, self._write)
        if not self._read_done.is_set() and self.side.reader not in _EVENT_READERS:
            self._reader = gevent.spawn(self.guard, self._read)
        try:
            writer.join()
            self._read_done.wait()
            if self._reader is not None:
                self._reader.join()
            if self.rough:
                self.sock.destroy()
            elif self.side.reader not in _EVENT_READERS or self.side.finish == "shutdown":
                self.guard(self._close)
            self._closed.wait()
        finally:
            gevent.killall([greenlet for greenlet in (writer, self._reader) if greenlet])

    def check(self) -> None:
        super().check()
        assert self.closes == 1, f"'close' {self.closes} times"
        # The callback of a write to a socket that has closed is due in an iteration of the loop.
        deadline = time.monotonic() + _TURNS
        while len(self._called) < self._asked and time.monotonic() < deadline:
            gevent.sleep(0)
        wanted = list(range(self._asked))
        assert self._called == wanted, f"callbacks of {self._asked} writes: {self._called}"

    def stop(self) -> None:
        """Give up."""
        self.sock.destroy()
        self._closed.set()
        self._read_done.set()

    def kill_reader(self) -> None:
        """Kill the greenlet that reads; another one goes on where it was."""
        if self._reader is not None and not self._read_done.is_set():
            self._reader.kill()
            if not self._read_done.is_set():
                self._reader = gevent.spawn(self.guard, self._read)

    def _close(self) -> None:
        self.sock.settimeout(None)
        self.sock.close()

    def _cut(self, call: Callable[..., Any], *args: Any, cut: float | None) -> tuple[bool, Any]:
        """Whether a blocking call was not cut short, and what it returned."""
        timeout = None if cut is None else gevent.Timeout.start_new(cut / 1000)
        try:
            return True, call(*args)
        except gevent.Timeout as expired:
            assert expired is timeout, "somebody else's timeout"
        except TimeoutError:
            assert self.side.limit is not None, "a timeout that nobody asked for"
        finally:
            if timeout is not None:
                timeout.close()
        return False, None

    # Reading.

    def _read(self) -> None:
        tape = self.incoming
        assert tape is not None
        if self.side.reader == "file" and self._file is None:
            self._file = self.sock.makefile("rb")
        cut = self.side.cut
        try:
            while True:
                whole, chunk = self._cut(self._receive, cut=cut)
                if not whole:
                    # It has to come to an end.
                    cut = _longer(cut)
                elif chunk:
                    tape.give(chunk)
                else:
                    tape.end()
                    break
        except _TROUBLE:
            self._end_reading()
            raise
        except AssertionError:
            self._end_reading()
            self.sock.destroy()
            raise
        self._end_reading()

    def _end_reading(self) -> None:
        if self._file is not None:
            self._file.close()
        self._read_done.set()

    def _receive(self) -> Any:
        """Some bytes; none are the end."""
        sock, size = self.sock, self.side.size
        match self.side.reader:
            case "into":
                buffer = bytearray(size)
                return buffer[: sock.recv_into(buffer)]
            case "exactly":
                try:
                    return sock.recv_exactly(size)
                except EOFError as error:
                    return error.partial  # type: ignore[attr-defined]
            case "until":
                try:
                    return sock.recv_until(b"\n", _LINE)
                except EOFError as error:
                    return error.partial  # type: ignore[attr-defined]
                except ValueError:
                    return sock.recv(_LINE)
            case "iterate":
                return next(iter(sock), b"")
            case "file":
                self._chunks += 1
                return self._file.read(size) if self._chunks % 2 else self._file.readline()
            case _:
                return sock.recv(size)

    # Writing.

    def _write(self) -> None:
        try:
            while self._steps:
                with self._stepping:
                    if self._steps:
                        self._step(self._steps.popleft())
            with self._stepping:
                self._finish()
        except BaseException:
            self.sock.destroy()
            raise

    def _finish(self) -> None:
        if self.outgoing is None:
            return
        sock = self.sock
        match self.side.finish:
            case "end":
                sock.end()
            case "shutdown":
                sock.settimeout(None)
                sock.shutdown(socket.SHUT_WR)
            case "close":
                self._read_done.wait()
                self._close()
            case "hasty":
                self._close()
            case "reset" if sock.family in (socket.AF_INET, socket.AF_INET6):
                sock.reset_and_destroy()
            case _:
                sock.destroy()

    def _step(self, step: Step) -> None:
        tape, sock = self.outgoing, self.sock
        assert tape is not None
        match step.how:
            case "pause":
                gevent.sleep(step.size / 1000)
            case "write":
                sock.write(tape.take(step.size))
            case "callback":
                number, self._asked = self._asked, self._asked + 1
                sock.write(tape.take(step.size), lambda error: self._called.append(number))
            case "drained":
                if not sock.write(tape.take(step.size)):
                    sock.wait("drain")
            case "corked":
                sock.cork()
                for _ in range(3):
                    sock.write(tape.take(1 + step.size // 3))
                sock.uncork()
            case "sendall":
                self._send_all(tape.take(step.size), step.cut)
            case "send":
                self._send(tape.take(step.size), step.cut)
            case "sendfile":
                self._send_file(tape.take(step.size), step.cut)
            case "file":
                self._write_file(tape.take(step.size), step.cut)

    def _send_all(self, data: bytes, cut: float | None) -> None:
        while True:
            before = self.sock.bytes_written
            whole, _ = self._cut(self.sock.sendall, data, cut=cut)
            written = self.sock.bytes_written - before
            if whole or written:
                # Cut short, it has taken all or nothing.
                assert written == len(data), f"{written} of {len(data)} bytes taken"
                return
            cut = _longer(cut)

    def _send(self, data: bytes, cut: float | None) -> None:
        while data:
            whole, sent = self._cut(self.sock.send, data, cut=cut)
            if whole:
                data = data[sent:]
            else:
                cut = _longer(cut)

    def _send_file(self, data: bytes, cut: float | None) -> None:
        with open(os.memfd_create("soak"), "w+b") as file:
            file.write(data)
            file.seek(0)
            while (place := file.tell()) < len(data):
                self._cut(self.sock.sendfile, file, place, cut=cut)
                cut = _longer(cut)

    def _write_file(self, data: bytes, cut: float | None) -> None:
        if len(data) > _FILE_BUFFER or self.side.limit is not None:
            self._send_all(data, cut)
            return
        file = self.sock.makefile("wb")
        try:
            file.write(data)
            while not self._cut(file.flush, cut=cut)[0]:
                cut = _longer(cut)
        finally:
            try:
                file.close()
            except OSError as error:
                self.troubles.append(error)


class RawEnd(_End):
    """A side on a socket of gevent: the peer that any program may be."""

    def __init__(
        self, side: Side, sock: Any, incoming: Tape | None, outgoing: Tape | None, rough: bool
    ) -> None:
        super().__init__()
        self.side = side
        self.sock = sock
        self.incoming = incoming
        self.outgoing = outgoing
        self.rough = rough
        if side.buffers is not None:
            for option in (socket.SO_SNDBUF, socket.SO_RCVBUF):
                sock.setsockopt(socket.SOL_SOCKET, option, side.buffers)

    def run(self) -> None:
        """Run the side; returns when it has closed."""
        reader = gevent.spawn(self.guard, self._read)
        writer = gevent.spawn(self.guard, self._write, reader)
        try:
            writer.join()
            if not self.side.harms:
                reader.join()
        finally:
            gevent.killall([reader, writer])
            self.sock.close()

    def stop(self) -> None:
        """Give up."""
        self.sock.close()

    def detach(self) -> None:
        """Nothing to do."""

    def kill_reader(self) -> None:
        """Nothing to do."""

    def _read(self) -> None:
        assert self.incoming is not None
        chunks = 0
        while chunk := self.sock.recv(self.side.size):
            self.incoming.give(chunk)
            chunks += 1
            if self.side.cut is not None and not chunks % 8:
                gevent.sleep(self.side.cut / 1000)
        self.incoming.end()

    def _write(self, reader: Any) -> None:
        assert self.outgoing is not None
        for step in self.side.steps:
            if step.how == "pause":
                gevent.sleep(step.size / 1000)
            else:
                self.sock.sendall(self.outgoing.take(step.size))
        if self.side.finish == "reset":
            reset(self.sock)
        elif self.side.harms:
            reader.kill()
            self.sock.close()
        else:
            if self.side.finish == "close":
                reader.join()
            self.sock.shutdown(socket.SHUT_WR)


def _longer(cut: float | None) -> float | None:
    """The milliseconds after which a call that was cut short is cut short the next time."""
    return None if cut is None else min(2 * cut + 0.1, 100)


def reset(sock: Any) -> None:
    """Close a socket of gevent with RST."""
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    sock.close()
