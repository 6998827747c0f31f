"""Python programs in processes of their own, forked instead of started: see zygote.py."""

from __future__ import annotations

import _socket
import atexit
import json
import os
import select
import signal
import struct
import subprocess
import sys
from array import array
from collections.abc import Mapping
from contextlib import closing, suppress
from pathlib import Path
from time import monotonic
from typing import IO, Any, Literal

from gevent import monkey

__all__ = ["ROOT", "Program", "finished"]

ROOT = Path(__file__).resolve().parent.parent.parent
_INT = struct.Struct("i")

# gevent's `close` may happen only when the hub runs again, and its `posix_spawn` watches the child
# for as long as it lives.
close = monkey.get_original("os", "close")
posix_spawn = monkey.get_original("os", "posix_spawn")
waitpid = monkey.get_original("os", "waitpid")


class _Zygote:
    """A process that forks, started at the first request.

    The descriptor that is kept is opened at once, so that no test is the one that opens it.
    """

    def __init__(self, *options: str) -> None:
        self._options = options
        self._pid = 0
        self._channel, self._other = _socket.socketpair()

    def fork(self, request: Mapping[str, object], streams: list[int]) -> _socket.socket:
        """Starts a program; returns its control socket."""
        if not self._pid:
            self._start()
        control, other = _socket.socketpair()
        with closing(other):
            descriptors = array("i", [*streams, other.fileno()])
            self._channel.sendmsg([b"x"], [(_socket.SOL_SOCKET, _socket.SCM_RIGHTS, descriptors)])
        control.sendall(json.dumps(request).encode())
        control.shutdown(_socket.SHUT_WR)
        return control

    def _start(self) -> None:
        file = Path(__file__).with_name("zygote.py")
        path = os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")]).rstrip(os.pathsep)
        with closing(self._other):
            number = self._other.fileno()
            os.set_inheritable(number, True)
            command = [sys.executable, "-P", str(file), str(number), *self._options]
            environment = os.environ | {"PYTHONPATH": path, "PYTHONUTF8": "1"}
            null = [(os.POSIX_SPAWN_OPEN, fd, os.devnull, os.O_RDWR, 0) for fd in (0, 1)]
            self._pid = posix_spawn(command[0], command, environment, file_actions=null)

    def stop(self) -> None:
        self._channel.close()
        self._other.close()
        if self._pid:
            with suppress(ChildProcessError):
                waitpid(self._pid, 0)


_plain = _Zygote()
_patched = _Zygote("patched")


@atexit.register
def _stop() -> None:
    _plain.stop()
    _patched.stop()


class Program:
    """`python ARGUMENTS`, with its output and errors piped; killed if it still runs in the end.

    The names and exceptions are those of subprocess.Popen. The program starts with geventnet and
    the greater part of gevent imported and, if it is to be `patched`, with the standard library
    monkey-patched before. Warnings are filtered as they are by default.
    """

    def __init__(
        self,
        *arguments: object,
        patched: bool = False,
        stdin: Any = subprocess.DEVNULL,
        merged: bool = False,
        text: bool = True,
        unbuffered: bool = False,
        cwd: Path = ROOT,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self.arguments = [os.fspath(a) if isinstance(a, Path) else str(a) for a in arguments]
        self.returncode: int | None = None
        self._text = text
        self._collected: dict[int, bytearray] = {}
        request = {
            "arguments": self.arguments,
            "cwd": str(cwd),
            "environment": dict(os.environ if environment is None else environment),
            "unbuffered": unbuffered,
        }
        self.stdin: IO[Any] | None = None
        self.stderr: IO[Any] | None = None
        if stdin == subprocess.PIPE:
            source, self.stdin = self._pipe("w")
        else:
            with open(os.devnull) as null:
                given = null if stdin == subprocess.DEVNULL else stdin
                source = os.dup(given if isinstance(given, int) else given.fileno())
        output, self.stdout = self._pipe("r")
        errors, self.stderr = (os.dup(output), None) if merged else self._pipe("r")
        try:
            zygote = _patched if patched else _plain
            self._control = zygote.fork(request, [source, output, errors])
        finally:
            for descriptor in (source, output, errors):
                close(descriptor)
        self.pid = self._told(None)

    def _pipe(self, mode: Literal["r", "w"]) -> tuple[int, IO[Any]]:
        """The program's end of a pipe, and ours."""
        reader, writer = os.pipe()
        theirs, ours = (writer, reader) if mode == "r" else (reader, writer)
        if self._text:
            return theirs, open(ours, mode, encoding="utf-8")
        return theirs, open(ours, f"{mode}b", buffering=-1 if mode == "r" else 0)

    def __enter__(self) -> Program:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.kill()
        for stream in (self.stdin, self.stdout, self.stderr):
            if stream is not None:
                with suppress(BrokenPipeError):
                    stream.close()
        self.wait()

    def _told(self, timeout: float | None) -> int:
        if timeout != 0:
            # Patched, the other greenlets run meanwhile.
            poller = select.poll()
            poller.register(self._control, select.POLLIN)
            if not poller.poll(None if timeout is None else timeout * 1000):
                raise TimeoutError
        self._control.setblocking(False)
        data = self._control.recv(_INT.size)
        if not data:
            raise RuntimeError("the zygote has ended")
        return int(_INT.unpack(data)[0])

    def wait(self, timeout: float | None = None) -> int:
        if self.returncode is None:
            try:
                self.returncode = self._told(timeout)
            except TimeoutError:
                raise subprocess.TimeoutExpired(self.arguments, timeout or 0) from None
            self._control.close()
        return self.returncode

    def poll(self) -> int | None:
        if self.returncode is None:
            with suppress(BlockingIOError):
                self.returncode = self._told(0)
                self._control.close()
        return self.returncode

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def communicate(self, input: Any = None, timeout: float | None = None) -> tuple[Any, Any]:
        """Send `input`, wait for the end, and return what is left of output and errors."""
        deadline = None if timeout is None else monotonic() + timeout

        def remaining() -> float | None:
            return None if deadline is None else max(0.0, deadline - monotonic())

        poller = select.poll()
        unsent = memoryview(input.encode() if isinstance(input, str) else input or b"")
        if self.stdin is not None:
            poller.register(self.stdin, select.POLLOUT)
            os.set_blocking(self.stdin.fileno(), False)
        # Kept, so that a second call, after a timeout, returns all of it.
        collected = self._collected
        for stream in filter(None, (self.stdout, self.stderr)):
            collected.setdefault(stream.fileno(), bytearray())
            poller.register(stream, select.POLLIN)
        reading = set(collected)
        while reading:
            limit = remaining()
            ready = poller.poll(None if limit is None else limit * 1000)
            if not ready:
                raise subprocess.TimeoutExpired(self.arguments, timeout or 0)
            for fd, _ in ready:
                if fd in collected:
                    data = os.read(fd, 1 << 16)
                    collected[fd] += data
                    if not data:
                        poller.unregister(fd)
                        reading.remove(fd)
                    continue
                try:
                    unsent = unsent[os.write(fd, unsent) :]
                except BrokenPipeError:
                    unsent = unsent[:0]
                if not unsent:
                    poller.unregister(fd)
                    assert self.stdin is not None
                    self.stdin.close()
        self.wait(remaining())
        output, *errors = [d.decode() if self._text else bytes(d) for d in collected.values()]
        return output, errors[0] if errors else None


def finished(*arguments: object, timeout: float = 60, **options: Any) -> tuple[int, Any, Any]:
    """The exit code, output and errors of a `Program` that ends by itself."""
    with Program(*arguments, **options) as program:
        output, errors = program.communicate(timeout=timeout)
        return program.wait(), output, errors
