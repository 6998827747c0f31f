import contextlib
import os
import re
import select
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from support.programs import Program

ROOT = Path(__file__).parent.parent.parent
LIMIT = 20
MEGABYTE = b"0123456789abcdef" * 65536
#: How much of it is read in small pieces by a slow reader (bytes).
READ_SLOWLY = 4 << 20


@contextlib.contextmanager
def netcat(*arguments: object, stdin: Any = subprocess.PIPE) -> Iterator[Program]:
    """``python -m geventnet`` with `arguments`; killed if it still runs in the end."""
    with Program("-m", "geventnet", *arguments, stdin=stdin, text=False) as process:
        yield process


def where(process: Program) -> str:
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
    with netcat("listen", path) as server, netcat("connect", where(server)) as client:
        assert client.stdin is not None
        client.stdin.write(b"into the inbox")
        client.stdin.close()
        output, _ = server.communicate(timeout=LIMIT)
        assert client.wait(LIMIT) == 0
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
    # The time is the limit of connecting, too, and a busy machine needs some.
    with (
        socket.create_server(("127.0.0.1", 0)) as silent,
        netcat("connect", "-t", 0.5, silent.getsockname()[1]) as process,
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


@pytest.mark.parametrize("sender", ["listen", "connect"])
@pytest.mark.parametrize("other", ["nothing", "silence"])
@pytest.mark.parametrize("slow", [False, True])
def test_a_direction_that_has_ended_takes_nothing_from_the_other(
    tmp_path: Path, sender: str, other: str, slow: bool
) -> None:
    size = 20 << 20
    with open(tmp_path / "data", "wb+") as data, open(os.devnull, "rb") as nothing:
        data.write(MEGABYTE * (size // len(MEGABYTE)))
        data.seek(0)
        # The receiver has nothing to say, or does not say before all has come.
        mute = nothing if other == "nothing" else subprocess.PIPE
        inputs = {role: data if role == sender else mute for role in ("listen", "connect")}
        with (
            netcat("listen", 0, stdin=inputs["listen"]) as server,
            netcat("connect", where(server), stdin=inputs["connect"]) as client,
        ):
            receiver, talker = (client, server) if sender == "listen" else (server, client)
            assert receiver.stdout is not None
            step = 997 if slow else 65536
            received = 0
            while received < size:
                chunk = os.read(receiver.stdout.fileno(), step)
                assert chunk
                received += len(chunk)
                if received > READ_SLOWLY:
                    step = 65536
            if receiver.stdin is not None:
                assert talker.poll() is None
                receiver.stdin.close()
            assert talker.wait(LIMIT) == 0
            assert receiver.wait(LIMIT) == 0
            assert os.read(receiver.stdout.fileno(), 1) == b""
            for process in (talker, receiver):
                assert process.stderr is not None
                assert process.stderr.read() == b""


def test_both_directions_at_once() -> None:
    with netcat("listen", 0) as server, netcat("connect", where(server)) as client:
        with ThreadPoolExecutor() as pool:
            answers = [
                pool.submit(process.communicate, MEGABYTE * 8, LIMIT)
                for process in (server, client)
            ]
            assert [answer.result()[0] == MEGABYTE * 8 for answer in answers] == [True, True]
        assert (server.returncode, client.returncode) == (0, 0)


@pytest.mark.parametrize("sender", ["listen", "connect"])
def test_who_reads_too_little_makes_both_ends_fail(sender: str) -> None:
    with netcat("listen", 0) as server, netcat("connect", where(server)) as client:
        receiver, talker = (client, server) if sender == "listen" else (server, client)
        assert receiver.stdout is not None
        with ThreadPoolExecutor() as pool:
            said = pool.submit(talker.communicate, MEGABYTE * 32, LIMIT)
            # Patched, the talker is written to meanwhile.
            select.select([receiver.stdout], [], [], LIMIT)
            assert os.read(receiver.stdout.fileno(), 10)
            receiver.stdout.close()
            assert receiver.wait(LIMIT) == 141
            _, errors = said.result()
        assert talker.returncode == 1
        assert re.fullmatch(rb"geventnet: (read|write) (ECONNRESET|EPIPE)\n", errors)


def test_an_input_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    unreadable = os.open(tmp_path / "output", os.O_WRONLY | os.O_CREAT)
    try:
        with socket.create_server(("127.0.0.1", 0)) as server:
            server.settimeout(LIMIT)
            with netcat("connect", server.getsockname()[1], stdin=unreadable) as process:
                sock, _ = server.accept()
                with sock:
                    sock.sendall(b"heard")
                    sock.shutdown(socket.SHUT_WR)
                    output, errors = process.communicate(timeout=LIMIT)
    finally:
        os.close(unreadable)
    assert (process.returncode, output) == (1, b"heard")
    assert b"Bad file descriptor" in errors


def test_a_peer_that_resets_makes_it_fail() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(LIMIT)
        with netcat("connect", server.getsockname()[1]) as process:
            sock, _ = server.accept()
            sock.sendall(b".")
            assert process.stdout is not None
            assert os.read(process.stdout.fileno(), 1) == b"."
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
            sock.close()
            assert process.wait(LIMIT) == 1
            assert process.stderr is not None
            assert process.stderr.read() == b"geventnet: read ECONNRESET\n"


def test_a_closed_standard_output_ends_it_quietly() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(LIMIT)
        with netcat("connect", server.getsockname()[1]) as process:
            sock, _ = server.accept()
            assert process.stdout is not None
            process.stdout.close()
            with sock:
                sock.sendall(b"unheard")
                assert process.wait(LIMIT) == 141
            assert process.stderr is not None
            assert process.stderr.read() == b""


@pytest.mark.parametrize("wrong", ["", "port", "host:", "1:99999", "-1"])
def test_a_bad_address_is_refused(wrong: str) -> None:
    with netcat("connect", "--", wrong) as process:
        _, errors = process.communicate(timeout=LIMIT)
    assert process.returncode == 2
    assert f"invalid address value: {wrong!r}" in errors.decode()


@pytest.mark.parametrize(
    ("arguments", "address"),
    [
        (["connect", "localhost", "8124"], "localhost:8124"),
        (["connect", "-w", "5", "::1", "8124"], "[::1]:8124"),
        (["listen", "127.0.0.1", "8124", "-k"], "127.0.0.1:8124"),
    ],
)
def test_a_host_and_a_port_in_two_words_are_told_how_they_are_written(
    arguments: list[str], address: str
) -> None:
    with netcat(*arguments) as process:
        _, errors = process.communicate(timeout=LIMIT)
    assert process.returncode == 2
    assert f"an ADDRESS is one word: {address}\n" in errors.decode()


@pytest.mark.parametrize("arguments", [["-4", "[::1]:9"], ["-6", "9"], ["-6", "-z", "127.0.0.1:9"]])
def test_an_address_of_the_other_family_is_refused(arguments: list[str]) -> None:
    with netcat("connect", *arguments) as process:
        _, errors = process.communicate(timeout=LIMIT)
    assert process.returncode == 2
    assert f"no IPv{arguments[0][1]} address" in errors.decode()


def test_other_words_too_many_are_named() -> None:
    with netcat("connect", "8124", "more", "8125") as process:
        _, errors = process.communicate(timeout=LIMIT)
    assert process.returncode == 2
    assert "unrecognized arguments: more 8125" in errors.decode()


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
