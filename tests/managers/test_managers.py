"""Process managers: descriptors that they pass on, and what they are told."""

from __future__ import annotations

import os
import shutil
import signal
import socket as py_socket
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import gevent
import gevent.os
import gevent.socket
import pytest
from support.peers import code_of
from support.programs import ROOT
from support.service import LIMIT, LOCAL

import geventnet as net

ECHO = """
    import geventnet as net

    handles = net.inherited_handles()
    print(*(f"{handle.name}={handle.fd}" for handle in handles), flush=True)
    [web] = net.inherited_handles("web")
    server = net.create_server(lambda sock: sock.pipe(sock))
    server.once("connection", lambda sock: sock.on("close", lambda _: server.close()))
    server.listen(fd=web.fileno())
    print(server.serve_forever(), flush=True)
"""


@contextmanager
def started(*command: str, **options: Any) -> Iterator[subprocess.Popen[str]]:
    environment = os.environ | {"PYTHONPATH": str(ROOT)} | options.pop("environment", {})
    process = subprocess.Popen(
        command, env=environment, text=True, stdout=subprocess.PIPE, cwd=ROOT, **options
    )
    try:
        yield process
    finally:
        process.kill()
        while process.poll() is None:
            gevent.sleep(0.01)
        assert process.stdout is not None
        process.stdout.close()


def python(code: str) -> list[str]:
    return [sys.executable, "-c", textwrap.dedent(code)]


def said(process: subprocess.Popen[str]) -> str:
    """The next line of its output."""
    assert process.stdout is not None
    line = b""
    os.set_blocking(process.stdout.fileno(), True)
    with gevent.Timeout(LIMIT):
        while not line.endswith(b"\n"):
            byte = gevent.os.tp_read(process.stdout.fileno(), 1)
            assert byte, line
            line += byte
    return line.decode().strip()


def ask(family: int, where: Any) -> bytes:
    with gevent.Timeout(LIMIT):
        while True:
            with gevent.socket.socket(family) as peer:
                try:
                    peer.connect(where)
                except (ConnectionRefusedError, FileNotFoundError):
                    # It does not listen yet.
                    gevent.sleep(0.01)
                    continue
                peer.sendall(b"anybody?")
                answer: bytes = peer.recv(100)
                return answer


# What is passed on.


@pytest.mark.skipif(shutil.which("systemd-socket-activate") is None, reason="needs systemd")
def test_a_program_that_systemd_starts_with_the_first_connection(tmp_path: Path) -> None:
    path, other = str(tmp_path / "web"), str(tmp_path / "other")
    command = ["systemd-socket-activate", "-l", path, "-l", other, "--fdname=web:other"]
    with started(*command, *python(ECHO)) as process:
        assert ask(py_socket.AF_UNIX, path) == b"anybody?"
        assert said(process) == "web=3 other=4"
        assert said(process) == "Drained(finished=0, cut=0)"
    # The file belongs to systemd.
    assert os.path.exists(path)


def handed(code: str, count: int, names: str, **variables: str) -> list[str]:
    """A command that passes on descriptors from 3 on, as systemd does."""
    exports = {"LISTEN_FDS": str(count), "LISTEN_FDNAMES": names, "LISTEN_PID": "$$"} | variables
    shell = " ".join(f'{name}="{value}"' for name, value in exports.items())
    return ["sh", "-c", f'{shell} exec "$0" "$@"', *python(code)]


def test_a_tcp_socket_that_is_passed_on() -> None:
    with py_socket.create_server((LOCAL, 0)) as listening:
        where = listening.getsockname()
        number = listening.fileno()

        def as_three() -> None:
            os.dup2(number, 3)

        with started(*handed(ECHO, 1, "web"), close_fds=False, preexec_fn=as_three) as process:
            assert ask(py_socket.AF_INET, where) == b"anybody?"
            assert said(process) == "web=3"
            assert said(process) == "Drained(finished=0, cut=0)"


def test_children_are_not_meant_and_inherit_nothing() -> None:
    code = """
        import os, subprocess, sys
        import geventnet as net

        [handle] = net.inherited_handles()
        assert net.inherited_handles() == [handle] and net.inherited_handles("x") == []
        assert not os.get_inheritable(handle.fd)
        child = "import geventnet as net; print(net.inherited_handles())"
        subprocess.run([sys.executable, "-c", child], check=True)
    """
    with py_socket.create_server((LOCAL, 0)) as listening:
        number = listening.fileno()

        def as_three() -> None:
            os.dup2(number, 3)

        with started(*handed(code, 1, "web"), close_fds=False, preexec_fn=as_three) as process:
            assert said(process) == "[]"


def test_nothing_was_passed_on(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES"):
        monkeypatch.delenv(name, raising=False)
    assert net.inherited_handles() == []
    monkeypatch.setenv("LISTEN_PID", "1")
    monkeypatch.setenv("LISTEN_FDS", "1")
    assert net.inherited_handles() == []
    monkeypatch.setenv("LISTEN_PID", str(os.getpid()))
    monkeypatch.setenv("LISTEN_FDS", "0")
    monkeypatch.setenv("LISTEN_FDNAMES", "")
    assert net.inherited_handles() == []


@pytest.mark.parametrize(
    "count, names", [("", ""), ("-1", ""), ("x", ""), ("9" * 12, ""), ("2", "a")]
)
def test_variables_that_make_no_sense(
    count: str, names: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LISTEN_PID", str(os.getpid()))
    monkeypatch.setenv("LISTEN_FDS", count)
    monkeypatch.setenv("LISTEN_FDNAMES", names)
    assert code_of(net.inherited_handles) == "ERR_INVALID_ARG_VALUE"


# What is told.


@pytest.fixture(params=["path", "abstract"])
def manager(request: Any, tmp_path: Path, monkeypatch: Any) -> Iterator[Any]:
    """The socket that a manager listens on."""
    name = str(tmp_path / "notify") if request.param == "path" else f"\0geventnet {os.getpid()}"
    with gevent.socket.socket(py_socket.AF_UNIX, py_socket.SOCK_DGRAM) as sock:
        sock.bind(name)
        sock.settimeout(LIMIT)
        monkeypatch.setenv("NOTIFY_SOCKET", name.replace("\0", "@"))
        yield sock


def test_any_state_can_be_told(manager: Any) -> None:
    assert net.notify("STATUS=warm\nWATCHDOG=1")
    assert manager.recv(100) == b"STATUS=warm\nWATCHDOG=1"


@pytest.mark.parametrize("when", ["before", "after"])
def test_serving_tells_that_it_is_ready_and_that_it_stops(manager: Any, when: str) -> None:
    server = net.create_server(lambda sock: sock.resume())
    # A host has to be found first, an address is there at once.
    server.listen(0, LOCAL)
    if when == "before":
        server.wait("listening", LIMIT)
    serving = gevent.spawn(server.serve_forever)
    assert manager.recv(100) == b"READY=1"
    assert server.listening
    server.close()
    assert manager.recv(100) == b"STOPPING=1"
    serving.get(timeout=LIMIT)
    manager.setblocking(False)
    with pytest.raises(BlockingIOError):
        manager.recv(100)


def test_a_server_that_cannot_listen_is_not_ready(manager: Any) -> None:
    with py_socket.create_server((LOCAL, 0)) as taken:
        server = net.create_server().listen(taken.getsockname()[1], LOCAL)
        with pytest.raises(OSError):
            server.serve_forever()
    manager.setblocking(False)
    with pytest.raises(BlockingIOError):
        manager.recv(100)


def test_sigterm_tells_that_it_stops(tmp_path: Path) -> None:
    code = """
        import geventnet as net
        server = net.create_server(lambda sock: sock.resume()).listen(0, "127.0.0.1")
        server.serve_forever()
    """
    name = str(tmp_path / "notify")
    with gevent.socket.socket(py_socket.AF_UNIX, py_socket.SOCK_DGRAM) as sock:
        sock.bind(name)
        sock.settimeout(LIMIT)
        with started(*python(code), environment={"NOTIFY_SOCKET": name}) as process:
            assert sock.recv(100) == b"READY=1"
            process.terminate()
            assert sock.recv(100) == b"STOPPING=1"


CLUSTER = """
import geventnet as net
from geventnet import cluster


def main():
    net.create_server(lambda sock: sock.resume()).listen(0, "127.0.0.1").serve_forever()


if __name__ == "__main__":
    cluster.run(main, workers=2)
"""


def test_a_cluster_tells_for_its_workers(tmp_path: Path) -> None:
    file, name = tmp_path / "program.py", str(tmp_path / "notify")
    file.write_text(CLUSTER)
    with gevent.socket.socket(py_socket.AF_UNIX, py_socket.SOCK_DGRAM) as sock:
        sock.bind(name)
        sock.settimeout(LIMIT)
        told = {"NOTIFY_SOCKET": name}
        with started(sys.executable, str(file), environment=told) as process:
            assert sock.recv(100) == b"READY=1"
            process.terminate()
            assert sock.recv(100) == b"STOPPING=1"
            with gevent.Timeout(LIMIT):
                while process.poll() is None:
                    gevent.sleep(0.01)
        # The workers have told nothing.
        sock.setblocking(False)
        with pytest.raises(BlockingIOError):
            sock.recv(100)


ACTIVATED = """
import os
import geventnet as net
from geventnet import cluster


def main():
    [web] = net.inherited_handles("web")
    server = net.create_server(lambda sock: sock.resume().end(b"%d" % os.getpid()))
    server.listen(fd=web.fd).serve_forever()


cluster.on("listening", lambda worker, address: print(worker.pid, address.port, flush=True))
if __name__ == "__main__":
    cluster.run(main, workers=1)
"""


def test_the_workers_of_a_cluster_inherit_what_was_passed_on(tmp_path: Path) -> None:
    file, name = tmp_path / "program.py", str(tmp_path / "notify")
    file.write_text(ACTIVATED)
    with (
        py_socket.create_server((LOCAL, 0)) as listening,
        gevent.socket.socket(py_socket.AF_UNIX, py_socket.SOCK_DGRAM) as sock,
    ):
        sock.bind(name)
        sock.settimeout(LIMIT)
        where = listening.getsockname()
        number = listening.fileno()

        def as_three() -> None:
            os.dup2(number, 3)

        command = [*handed("", 1, "web")[:3], sys.executable, str(file)]
        told = {"NOTIFY_SOCKET": name}
        options: dict[str, Any] = {"close_fds": False, "preexec_fn": as_three}
        with started(*command, environment=told, **options) as process:
            assert sock.recv(100) == b"READY=1"
            pids = []
            for _ in range(2):
                pid, port = said(process).split()
                assert int(port) == where[1]
                pids.append(pid.encode())
                process.send_signal(signal.SIGHUP)
            # The first may still drain.
            assert ask(py_socket.AF_INET, where) in pids
            process.terminate()
            assert sock.recv(100) == b"STOPPING=1"
            with gevent.Timeout(LIMIT):
                while process.poll() is None:
                    gevent.sleep(0.01)
            assert process.returncode == 0


def test_nobody_is_to_be_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NOTIFY_SOCKET", raising=False)
    assert not net.notify("READY=1")


def test_a_manager_that_has_gone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, reported: list[Any]
) -> None:
    monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "nobody"))
    with pytest.raises(FileNotFoundError, match="notify ENOENT"):
        net.notify("READY=1")
    # It serves all the same.
    server = net.create_server().listen(0, LOCAL)
    server.once("listening", server.close)
    server.serve_forever()
    assert [isinstance(error, FileNotFoundError) for error in reported] == [True, True]
    reported.clear()
    monkeypatch.setenv("NOTIFY_SOCKET", "vsock:2:1234")
    assert code_of(lambda: net.notify("READY=1")) == "ERR_INVALID_ARG_VALUE"
