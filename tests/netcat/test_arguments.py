"""The options that users of nc, socat and ncat expect of the netcat."""

from __future__ import annotations

import os
import pty
import re
import select
import socket
import subprocess
import sys
import tomllib
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest
from support.programs import Program
from test_main import LIMIT, ROOT, dial, everything, netcat, where

import geventnet as net


def line(process: Program) -> str:
    """The next line on standard error."""
    assert process.stderr is not None
    return str(process.stderr.readline().decode())


def test_version() -> None:
    with netcat("--version") as process:
        output, errors = process.communicate(timeout=LIMIT)
    assert (process.returncode, errors) == (0, b"")
    assert output.decode().startswith(f"geventnet {net.__version__} (gevent ")


def test_a_console_script() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert callable(EntryPoint("", project["scripts"]["geventnet"], "").load())


def test_verbose_tells_of_both_ends_and_of_the_amount() -> None:
    with netcat("listen", "-v", 0) as server:
        address = where(server)
        with netcat("connect", "-v", address) as client:
            assert server.stdin is not None
            server.stdin.write(b"good day")
            server.stdin.close()
            output, errors = client.communicate(b"hello", timeout=LIMIT)
            assert client.returncode == 0
            assert server.wait(LIMIT) == 0
            assert server.stdout is not None and server.stderr is not None
            answer, said = server.stdout.read(), server.stderr.read()
    assert (output, answer) == (b"good day", b"hello")
    connected, summary = errors.decode().splitlines()
    mine = re.fullmatch(rf"geventnet: connected to {address}, here (127\.0\.0\.1:\d+)", connected)
    assert mine
    assert re.fullmatch(r"geventnet: sent 5 B, received 8 B in \d+\.\d s \(\d+.* .*B/s\)", summary)
    first, second = said.decode().splitlines()
    assert first == f"geventnet: connection from {mine[1]}, here {address}"
    assert second.startswith("geventnet: sent 8 B, received 5 B in ")


def test_keep_open_serves_one_after_another_and_what_was_typed_meanwhile() -> None:
    with netcat("listen", "-k", 0) as server:
        address = where(server)
        assert server.stdin is not None and server.stdout is not None
        with dial(address) as first:
            first.sendall(b"first")
            assert os.read(server.stdout.fileno(), 10) == b"first"
            with dial(address) as second:
                second.sendall(b"second")
                server.stdin.write(b"to the first")
                server.stdin.flush()
                assert first.recv(100) == b"to the first"
                first.shutdown(socket.SHUT_WR)
                first.close()
                # It half-closes when its own input ends, as nc does: the first is still open there.
                server.stdin.close()
                assert os.read(server.stdout.fileno(), 10) == b"second"
                assert everything(second) == b""
        assert server.poll() is None


def test_keep_open_does_not_lose_what_was_read_for_a_connection_that_has_gone() -> None:
    with netcat("listen", "-k", "-v", 0) as server:
        address = where(server)
        assert server.stdin is not None
        with dial(address) as first:
            assert line(server).startswith("geventnet: connection from ")
            first.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        assert line(server) == "geventnet: read ECONNRESET\n"
        assert line(server).startswith("geventnet: sent 0 B")
        with dial(address) as second:
            server.stdin.write(b"to the second")
            server.stdin.flush()
            assert second.recv(100) == b"to the second"


def test_a_scan_tells_which_ports_are_open() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        with netcat("connect", "-z", port) as process:
            assert process.communicate(timeout=LIMIT) == (b"", b"")
        assert process.returncode == 0
        with netcat("connect", "-z", "-v", f"127.0.0.1:{port}-{port}") as process:
            _, errors = process.communicate(timeout=LIMIT)
        assert (process.returncode, errors.decode()) == (
            0,
            f"geventnet: 127.0.0.1:{port} is open\n",
        )
    with netcat("connect", "-zv", f"{port}-{port}") as process:
        _, errors = process.communicate(timeout=LIMIT)
    assert process.returncode == 1
    assert errors.decode() == f"geventnet: connect ECONNREFUSED 127.0.0.1:{port}\n"


def test_any_text_is_a_path_with_u(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with Program("-m", "geventnet", "echo", "-U", "8124", text=False, cwd=tmp_path) as server:
        assert where(server) == "8124"
        path = str(tmp_path / "8124")
        with socket.socket(socket.AF_UNIX) as sock:
            sock.connect(path)
            sock.sendall(b"hello")
            sock.shutdown(socket.SHUT_WR)
            assert everything(sock) == b"hello"


def test_where_a_connection_comes_from() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, socket.socket() as free:
        server.settimeout(LIMIT)
        free.bind(("127.0.0.2", 0))
        port = free.getsockname()[1]
        free.close()
        address = f"127.0.0.1:{server.getsockname()[1]}"
        with netcat("connect", "-s", "127.0.0.2", "-p", port, "-N", "-4", address) as process:
            sock, peer = server.accept()
            sock.close()
            process.communicate(timeout=LIMIT)
    assert peer == ("127.0.0.2", port)


@pytest.mark.parametrize(
    "wrong",
    [
        ("connect", "-w", "0", "80"),
        ("connect", "-w", "soon", "80"),
        ("connect", "-p", "70000", "80"),
        ("connect", "-z", "90-80"),
        ("connect", "80-90"),
        ("listen", "-z", "80"),
    ],
)
def test_what_makes_no_sense_is_refused(wrong: tuple[str, ...]) -> None:
    with netcat(*wrong) as process:
        process.communicate(timeout=LIMIT)
    assert process.returncode == 2


@pytest.mark.slow
def test_a_long_transfer_shows_its_progress_on_a_terminal() -> None:
    ours, theirs = pty.openpty()
    try:
        with socket.create_server(("127.0.0.1", 0)) as server:
            server.settimeout(LIMIT)
            port = server.getsockname()[1]
            command = [sys.executable, "-m", "geventnet", "connect", str(port)]
            with subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=theirs, cwd=ROOT
            ) as process:
                sock, _ = server.accept()
                with sock:
                    sock.sendall(b"x" * 2048)
                    shown = b""
                    while b"received 2.0 KiB" not in shown:
                        assert select.select([ours], [], [], LIMIT)[0]
                        shown += os.read(ours, 4096)
                    assert process.stdin is not None
                    process.stdin.close()
                    sock.shutdown(socket.SHUT_WR)
                    assert process.wait(LIMIT) == 0
    finally:
        os.close(ours)
        os.close(theirs)
