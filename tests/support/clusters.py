"""Clusters of real processes: a program, what it and its workers print, and its end."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from time import monotonic, sleep

from gevent import monkey

from .programs import ROOT

__all__ = [
    "LIMIT",
    "Cluster",
    "ask",
    "await_death",
    "await_refusal",
    "cluster",
    "dial",
    "refused",
    "write",
]

#: How long anything may take (seconds).
LIMIT = 40.0

_HEAD = """
import os
import sys
import geventnet as net
from geventnet import cluster

def say(*words):
    os.write(1, (" ".join(map(str, words)) + "\\n").encode())

def where(address):
    return address.port if isinstance(address, net.AddressInfo) else address
"""
_PATCH = "from gevent import monkey; monkey.patch_all()\n"

#: Says its process in front of what it hears.
ECHO = """
def echo(sock):
    while data := sock.recv(1000):
        sock.sendall(b"%d " % os.getpid() + data)

def main():
    server = net.create_server(handler=echo)
    server.listen(0, "127.0.0.1")
    server.serve_forever()

cluster.on("listening", lambda worker, address: say("listening", worker.id, worker.pid, where(address)))
cluster.on("exit", lambda worker, code, signal: say("exit", worker.id, code, signal))
"""  # noqa: E501


class Cluster:
    """A program that runs, with its output piped."""

    def __init__(self, arguments: list[str], directory: Path, environment: dict[str, str]) -> None:
        self.process = subprocess.Popen(
            arguments,
            cwd=directory,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=environment,
            start_new_session=True,
        )
        self._buffer = b""
        #: The lines so far.
        self.lines: list[str] = []

    def _line(self) -> str | None:
        """The next line of the output; None at its end."""
        assert self.process.stdout is not None
        fd = self.process.stdout.fileno()
        while b"\n" not in self._buffer:
            if not _readable(fd):
                raise TimeoutError(f"nothing more after {self.lines}")
            data = os.read(fd, 65536)
            if not data:
                return None
            self._buffer += data
        line, _, self._buffer = self._buffer.partition(b"\n")
        self.lines.append(line.decode())
        return self.lines[-1]

    def poll(self) -> list[str]:
        """All lines so far, without waiting."""
        assert self.process.stdout is not None
        while b"\n" in self._buffer or _readable(self.process.stdout.fileno(), 0):
            if self._line() is None:
                break
        return self.lines

    def until(self, pattern: str) -> re.Match[str]:
        """Wait for a line that matches."""
        while (line := self._line()) is not None:
            if found := re.fullmatch(pattern, line):
                return found
        assert self.process.stderr is not None
        raise EOFError(f"{self.lines}\n{self.process.stderr.read().decode()}")

    def listening(self, workers: int) -> tuple[int, dict[int, int]]:
        """Wait until so many workers listen; the port, and the id of each by its pid."""
        found: dict[int, int] = {}
        port = 0
        for _ in range(workers):
            line = self.until(r"listening (\d+) (\d+) (\d+)")
            found[int(line[2])] = int(line[1])
            port = int(line[3])
        return port, found

    def signal(self, number: int) -> None:
        os.kill(self.process.pid, number)

    def finish(self) -> tuple[int, list[str], str]:
        """Wait for its end; the exit code, all lines, and the errors."""
        while self._line() is not None:
            pass
        assert self.process.stderr is not None
        errors = self.process.stderr.read().decode()
        return self.process.wait(LIMIT), self.lines, errors

    def close(self) -> None:
        """Kill the primary and every worker: they have a session of their own."""
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(LIMIT)
        for stream in (self.process.stdout, self.process.stderr):
            if stream is not None:
                stream.close()


def _readable(fd: int, limit: float = LIMIT) -> bool:
    poll = monkey.get_original("select", "poll")()
    poll.register(fd, 1)
    return bool(poll.poll(limit * 1000))


@contextmanager
def cluster(
    file: Path, body: str, run: str = "cluster.run(main, workers=2)", head: str = ECHO
) -> Iterator[Cluster]:
    """A program of `head`, `body` and the call `run`, written to `file` and started."""
    write(file, body, run, head)
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    running = Cluster([sys.executable, file.name], file.parent, environment)
    try:
        yield running
    finally:
        running.close()


def write(
    file: Path, body: str = "", run: str = "cluster.run(main, workers=2)", head: str = ECHO
) -> None:
    """Write the program, in one step for whoever starts it meanwhile."""
    patched = os.environ.get("GEVENTNET_TEST_PATCHED") == "1"
    text = (_PATCH if patched else "") + _HEAD + head + textwrap.dedent(body) + "\n" + run + "\n"
    draft = file.with_suffix(".draft")
    draft.write_text(text)
    draft.rename(file)


def dial(port: int) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), timeout=LIMIT)


def ask(sock: socket.socket, data: bytes = b"x") -> int:
    """Send, and check what comes back; the process that answered."""
    sock.sendall(data)
    heard = b""
    deadline = monotonic() + LIMIT
    while not heard.endswith(data) and monotonic() < deadline:
        more = sock.recv(1000)
        if not more:
            raise EOFError(heard)
        heard += more
    pid, _, rest = heard.partition(b" ")
    assert rest == data
    return int(pid)


def _lives(pid: int) -> bool:
    """Whether a process that is no child of this one lives."""
    try:
        with open(f"/proc/{pid}/stat") as stat:
            return stat.read().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def await_death(pid: int) -> None:
    """Wait until a process that is no child of this one has ended."""
    deadline = monotonic() + LIMIT
    while _lives(pid):
        assert monotonic() < deadline
        sleep(0.01)


def refused(port: int) -> bool:
    """Whether nobody listens any more."""
    try:
        dial(port).close()
    except ConnectionRefusedError:
        return True
    except ConnectionResetError:
        # It came just before the socket was closed.
        return False
    return False


def await_refusal(port: int) -> None:
    """Wait until nobody listens any more."""
    deadline = monotonic() + LIMIT
    while not refused(port):
        assert monotonic() < deadline
        sleep(0.005)
