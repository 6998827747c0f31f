import contextlib
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
LIMIT = 20
MEGABYTE = b"0123456789abcdef" * 65536


@contextlib.contextmanager
def netcat(*arguments: object) -> Iterator[subprocess.Popen[bytes]]:
    """``python -m geventnet`` with `arguments`; killed if it still runs in the end."""
    with subprocess.Popen(
        [sys.executable, "-m", "geventnet", *map(str, arguments)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        try:
            yield process
        finally:
            if process.poll() is None:
                process.kill()


def where(process: subprocess.Popen[bytes]) -> str:
    """The ADDRESS that a netcat says it listens on."""
    assert process.stderr is not None
    line = process.stderr.readline().decode()
    told = re.fullmatch(r"geventnet: listening on (.*)\n", line)
    assert told, line
    return told[1]


def dial(address: str) -> socket.socket:
    """A plain socket that is connected to an ADDRESS."""
    if "/" in address or address.startswith("@"):
        sock = socket.socket(socket.AF_UNIX)
        sock.connect(address.replace("@", "\0"))
        sock.settimeout(LIMIT)
        return sock
    host, port = address.rsplit(":", 1)
    return socket.create_connection((host.strip("[]"), int(port)), timeout=LIMIT)


def everything(sock: socket.socket) -> bytes:
    return b"".join(iter(lambda: sock.recv(65536), b""))


@pytest.fixture(params=["tcp", "ipv6", "unix", "abstract"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "tcp":
        return "0"
    if request.param == "ipv6":
        with socket.socket(socket.AF_INET6) as probe:
            try:
                probe.bind(("::1", 0))
            except OSError:
                pytest.skip("no IPv6 here")
        return "[::1]:0"
    if request.param == "unix":
        return str(tmp_path / "sock")
    if not sys.platform.startswith("linux"):
        pytest.skip("abstract names are Linux's")
    return f"@geventnet-{os.getpid()}-{os.urandom(4).hex()}"


def test_connect_talks_to_echo(address: str) -> None:
    with netcat("echo", address) as server:
        with netcat("connect", where(server)) as client:
            output, errors = client.communicate(MEGABYTE, timeout=LIMIT)
        assert (client.returncode, errors) == (0, b"")
        assert output == MEGABYTE


def test_listen_takes_one_connection_and_ends_with_it() -> None:
    with netcat("listen", 0) as server, dial(where(server)) as sock:
        sock.sendall(b"from the client")
        sock.shutdown(socket.SHUT_WR)
        output, errors = server.communicate(b"from the server", timeout=LIMIT)
        assert everything(sock) == b"from the server"
    assert (server.returncode, output, errors) == (0, b"from the client", b"")


def test_a_netcat_talks_to_a_netcat(tmp_path: Path) -> None:
    path = tmp_path / "sock"
    with netcat("listen", path) as server:
        with netcat("connect", where(server)) as client:
            client.communicate(b"into the inbox", timeout=LIMIT)
        output, _ = server.communicate(timeout=LIMIT)
    assert (client.returncode, server.returncode) == (0, 0)
    assert output == b"into the inbox"
    assert not path.exists()


def test_proxy_passes_on_both_directions_and_half_closes(address: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as target:
        target.settimeout(LIMIT)
        with (
            netcat("proxy", address, f"127.0.0.1:{target.getsockname()[1]}") as process,
            dial(where(process)) as client,
        ):
            server, _ = target.accept()
            with server:
                client.sendall(b"request")
                client.shutdown(socket.SHUT_WR)
                assert everything(server) == b"request"
                server.sendall(b"answer after the end of the request")
            assert everything(client) == b"answer after the end of the request"


def test_proxy_closes_when_its_target_refuses() -> None:
    with socket.create_server(("127.0.0.1", 0)) as target:
        port = target.getsockname()[1]
    with netcat("proxy", 0, port) as process:
        with dial(where(process)) as client, contextlib.suppress(ConnectionResetError):
            assert everything(client) == b""
        assert process.stderr is not None
        assert process.stderr.readline().decode() == (
            f"geventnet: connect ECONNREFUSED 127.0.0.1:{port}\n"
        )
        assert process.poll() is None


def test_connect_says_why_it_failed(tmp_path: Path) -> None:
    path = tmp_path / "nobody"
    with netcat("connect", path) as process:
        output, errors = process.communicate(timeout=LIMIT)
    assert process.returncode == 1
    assert (output, errors.decode()) == (b"", f"geventnet: connect ENOENT {path}\n")


def test_listen_says_that_its_port_is_taken() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with netcat("echo", port) as process:
            output, errors = process.communicate(timeout=LIMIT)
    assert process.returncode == 1
    assert output == b""
    assert errors.decode() == (
        f"geventnet: listen EADDRINUSE: address already in use 127.0.0.1:{port}\n"
    )


def test_timeout_gives_up_an_idle_connection() -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as silent,
        netcat("connect", "-t", 0.05, silent.getsockname()[1]) as process,
    ):
        assert process.wait(LIMIT) == 1
        assert process.stderr is not None
        assert process.stderr.read() == b"geventnet: timed out\n"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_and_unlinks_its_socket(tmp_path: Path, number: int) -> None:
    path = tmp_path / "sock"
    with netcat("echo", path) as process:
        assert where(process) == str(path)
        process.send_signal(number)
        output, errors = process.communicate(timeout=LIMIT)
    assert (process.returncode, output, errors) == (128 + number, b"", b"")
    assert not path.exists()


def test_a_closed_standard_output_ends_it_quietly() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(LIMIT)
        with netcat("connect", server.getsockname()[1]) as process:
            sock, _ = server.accept()
            assert process.stdout is not None
            process.stdout.close()
            with sock:
                sock.sendall(b"unheard")
                assert process.wait(LIMIT) == 0
            assert process.stderr is not None
            assert process.stderr.read() == b""


@pytest.mark.parametrize("wrong", ["", "port", "host:", "1:99999", "-1"])
def test_a_bad_address_is_refused(wrong: str) -> None:
    with netcat("connect", "--", wrong) as process:
        _, errors = process.communicate(timeout=LIMIT)
    assert process.returncode == 2
    assert f"invalid address value: {wrong!r}" in errors.decode()


def test_help_names_every_command() -> None:
    with netcat("--help") as process:
        output, errors = process.communicate(timeout=LIMIT)
    assert (process.returncode, errors) == (0, b"")
    for command in ("listen", "connect", "echo", "proxy"):
        assert re.search(rf"^    {command} ", output.decode(), re.M)


@pytest.mark.skipif(shutil.which("nc") is None, reason="no nc here")
def test_nc_talks_to_echo(tmp_path: Path) -> None:
    with netcat("echo", tmp_path / "sock") as server:
        path = where(server)
        answer = subprocess.run(
            ["nc", "-N", "-U", path], input=b"hello\n", capture_output=True, timeout=LIMIT
        )
    assert (answer.returncode, answer.stdout) == (0, b"hello\n")
