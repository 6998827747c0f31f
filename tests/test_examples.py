"""Every program in examples/ is run, as a reader would run it."""

import contextlib
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

EXAMPLES = Path(__file__).parent.parent / "examples"
LIMIT = 20


@contextlib.contextmanager
def running(name: str, *arguments: object) -> Iterator[subprocess.Popen[str]]:
    """The program with its standard output piped; killed if it still runs in the end."""
    with subprocess.Popen(
        [sys.executable, EXAMPLES / name, *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        try:
            yield process
        finally:
            if process.poll() is None:
                process.kill()


def line_of(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().rstrip("\n")


def port_of(process: subprocess.Popen[str]) -> int:
    """The port that a server's first line tells."""
    line = line_of(process)
    told = re.search(r":(\d+)\b", line)
    assert told, line
    return int(told[1])


def output_of(name: str, *arguments: object) -> list[str]:
    """What a program prints that ends by itself, with status 0."""
    done = subprocess.run(
        [sys.executable, EXAMPLES / name, *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=LIMIT,
    )
    assert done.returncode == 0, done.stdout
    return done.stdout.splitlines()


def dial(port: int) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), timeout=LIMIT)


def everything(sock: socket.socket) -> bytes:
    return b"".join(iter(lambda: sock.recv(65536), b""))


def test_demo() -> None:
    lines = output_of("demo.py")
    for title in ("over TCP", "over a Unix socket"):
        assert f"-- {title}" in lines
    assert lines.count("client: disconnected from server") == 2


def test_echo_server_and_client() -> None:
    with running("echo_server.py", 0) as server:
        port = port_of(server)
        assert output_of("echo_client.py", port) == [
            "connected to server!",
            "hello",
            "world!",
            "disconnected from server",
        ]
        assert [line_of(server), line_of(server)] == ["client connected", "client disconnected"]
        with dial(port) as peer:
            peer.sendall(b"anybody else")
            peer.shutdown(socket.SHUT_WR)
            assert everything(peer) == b"hello\r\nanybody else"


def test_onread_client() -> None:
    with running("echo_server.py", 0) as server:
        assert output_of("onread_client.py", port_of(server)) == ["hello", "world!"]


def test_echo_over_a_unix_socket(tmp_path: Path) -> None:
    conversation = ["server bound to a path", r"client heard b'hello\r\n'", "server closed"]
    assert output_of("echo_unix.py") == conversation
    path = tmp_path / "echo.sock"
    assert output_of("echo_unix.py", path) == conversation
    assert not path.exists()


def test_eaddrinuse_retry() -> None:
    with contextlib.ExitStack() as stack:
        first = socket.create_server(("127.0.0.1", 0))
        stack.callback(first.close)
        port = first.getsockname()[1]
        second = stack.enter_context(running("eaddrinuse_retry.py", port))
        assert line_of(second) == "address in use, retrying..."
        first.close()
        while (line := line_of(second)) == "address in use, retrying...":
            pass
        assert line == "listening"
        with dial(port) as peer:
            assert everything(peer) == b"it is my turn now\r\n"
