"""Standard input, output and error of the netcat: bytes without buffers, in the thread pool."""

from __future__ import annotations

import os
import select
import sys
from collections.abc import Callable
from time import monotonic
from typing import Any

import gevent
from gevent.util import wrap_errors

import geventnet as net

__all__ = ["Input", "Progress", "print_all", "tell"]

_STDIN, _STDOUT, _STDERR = 0, 1, 2
_CHUNK = 65536
#: A transfer that lasts longer (seconds) shows its progress, this often.
_LONG = 2.0
_OFTEN = 0.5
_UNITS = ("B", "KiB", "MiB", "GiB", "TiB")


def tell(message: object) -> None:
    """Print a line on standard error."""
    print(f"geventnet: {message}", file=sys.stderr, flush=True)


def _in_a_thread(function: Callable[..., Any], *args: object) -> Any:
    """Call `function` without blocking other greenlets; an OSError out of it is raised here.

    The thread pool itself would print it as well.
    """
    result = gevent.get_hub().threadpool.apply(wrap_errors((OSError,), function), args)
    if isinstance(result, OSError):
        raise result
    return result


def _read_input() -> bytes:
    """What comes in on standard input, b"" at its end; blocks the thread."""
    while True:
        try:
            return os.read(_STDIN, _CHUNK)
        except BlockingIOError:
            select.select([_STDIN], [], [])


def _print_all(chunk: bytes) -> None:
    rest = memoryview(chunk)
    while rest:
        try:
            rest = rest[os.write(_STDOUT, rest) :]
        except BlockingIOError:
            select.select([], [_STDOUT], [])


def print_all(chunk: bytes) -> None:
    """Print `chunk` on standard output; blocks the greenlet. Raises `OSError`."""
    _in_a_thread(_print_all, chunk)


class Input:
    """Standard input, which outlives the connections that it is sent to.

    A thread that reads cannot be called off: what it reads is the next connection's.
    """

    def __init__(self) -> None:
        self._reading: gevent.Greenlet[[Callable[[], bytes]], bytes] | None = None
        self._ended = False

    def read(self) -> bytes:
        """What comes in, b"" at its end; blocks the greenlet. Raises `OSError`."""
        if self._ended:
            return b""
        if self._reading is None:
            self._reading = gevent.spawn(wrap_errors((OSError,), _in_a_thread), _read_input)
        self._reading.join()
        chunk: Any = self._reading.value
        self._reading = None
        self._ended = not chunk or isinstance(chunk, OSError)
        if isinstance(chunk, OSError):
            raise chunk
        return bytes(chunk)


def _amount(count: float) -> str:
    for unit in _UNITS[:-1]:
        if count < 1024:
            return f"{count:.0f} {unit}" if unit == "B" else f"{count:.1f} {unit}"
        count /= 1024
    return f"{count:.1f} {_UNITS[-1]}"


class Progress:
    """Shows on a terminal how much was sent and received, if the transfer is long.

    Nothing is shown in a conversation: where somebody types and reads.
    """

    def __init__(self, sock: net.Socket) -> None:
        self._sock = sock
        self._began = monotonic()
        self._shown = False
        typed, read = os.isatty(_STDIN), os.isatty(_STDOUT)
        wanted = os.isatty(_STDERR) and not (typed and read)
        self._watching = gevent.spawn(self._watch, read) if wanted else None

    def summary(self) -> str:
        """How much, in which time, and how fast."""
        sock = self._sock
        sent, received = sock.bytes_written - sock.writable_length, sock.bytes_read
        seconds = max(monotonic() - self._began, 0.001)
        rate = _amount((sent + received) / seconds)
        return f"sent {_amount(sent)}, received {_amount(received)} in {seconds:.1f} s ({rate}/s)"

    def end(self, verbose: bool) -> None:
        """The transfer has ended: leave the summary, if it was shown or is wanted."""
        if self._watching is not None:
            self._watching.kill(block=False)
        if self._shown:
            sys.stderr.write("\r\x1b[K")
        if self._shown or verbose:
            tell(self.summary())

    def _watch(self, output_is_terminal: bool) -> None:
        gevent.sleep(_LONG)
        while True:
            # What is received is printed there.
            if not (output_is_terminal and self._sock.bytes_read):
                self._shown = True
                sys.stderr.write(f"\r\x1b[K{self.summary()}")
                sys.stderr.flush()
            gevent.sleep(_OFTEN)
