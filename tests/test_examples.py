"""Every program in examples/ is run, as a reader would run it."""

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
from support.clusters import Cluster
from support.programs import Program, finished

EXAMPLES = Path(__file__).parent.parent / "examples"
LIMIT = 20


@contextlib.contextmanager
def running(name: str, *arguments: object) -> Iterator[Program]:
    """The program with its standard output piped; killed if it still runs in the end."""
    with Program(EXAMPLES / name, *arguments, merged=True) as process:
        yield process


def line_of(process: Program) -> str:
    assert process.stdout is not None
    return str(process.stdout.readline()).rstrip("\n")


def port_of(process: Program) -> int:
    """The port that a server's first line tells."""
    line = line_of(process)
    told = re.search(r":(\d+)\b", line)
    assert told, line
    return int(told[1])


def output_of(name: str, *arguments: object) -> list[str]:
    """What a program prints that ends by itself, with status 0."""
    status, output, _ = finished(EXAMPLES / name, *arguments, merged=True)
    assert status == 0, output
    return str(output).splitlines()


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


@pytest.mark.parametrize("name", ["chat_blocking.py", "chat_events.py"])
def test_chat(name: str) -> None:
    with running(name, 0) as server:
        port = port_of(server)
        with (
            dial(port) as ann,
            dial(port) as bob,
            ann.makefile("r") as from_ann,
            bob.makefile("r") as from_bob,
        ):
            ann.sendall(b"Ann\n")
            assert from_ann.readline() == "your name? * welcome, Ann\n"
            bob.sendall(b"Bob\nhi, An")
            assert from_bob.readline() == "your name? * welcome, Bob\n"
            assert from_ann.readline() == "* Bob joins\n"
            bob.sendall(b"n\n")
            assert from_ann.readline() == "Bob: hi, Ann\n"
            ann.sendall("grüß dich\n".encode())
            assert from_bob.readline() == "Ann: grüß dich\n"
            bob.shutdown(socket.SHUT_WR)
            assert from_ann.readline() == "* Bob leaves\n"


def test_redis_client(redis_port: int) -> None:
    assert output_of("redis_client.py", redis_port) == [
        "OK",
        "b'hello'",
        "3",
        "[b'1', b'2', b'3']",
        "None",
        "ERR value is not an integer or out of range",
    ]


def test_redis_proxy(redis_port: int) -> None:
    pytest.importorskip("redis")
    code = """if True:
        from gevent import monkey; monkey.patch_all()
        import sys, gevent, redis

        database = redis.Redis(port=int(sys.argv[1]))
        database.set("big", b"x" * 3000000)
        print(len(database.get("big")))
        workers = [gevent.spawn(database.incr, "n") for _ in range(50)]
        print(sum(worker.get() for worker in workers))
        database.close()
    """
    with running("redis_proxy.py", 0, redis_port) as proxy:
        port = port_of(proxy)
        assert finished("-c", code, port) == (0, "3000000\n1275\n", "")
        proxy.terminate()
        assert proxy.wait(LIMIT) == 0


def test_file_server_and_fetch(tmp_path: Path) -> None:
    curl = shutil.which("curl")
    if curl is None:
        pytest.skip("needs curl")
    content = bytes(range(256)) * 20000
    (tmp_path / "big file").write_bytes(content)
    (tmp_path / "small").write_text("small\n")
    with running("file_server.py", tmp_path, 0) as server:
        port = port_of(server)
        url = f"http://127.0.0.1:{port}"

        def get(*arguments: str) -> bytes:
            return subprocess.run(
                [curl, "-sS", "--path-as-is", *arguments], stdout=subprocess.PIPE, timeout=LIMIT
            ).stdout

        assert get(f"{url}/big%20file") == content
        assert get("-I", f"{url}/small").startswith(b"HTTP/1.0 200 OK\r\nContent-Length: 6")
        for path in ("missing", "../../etc/passwd", ""):
            status = get("-o", str(tmp_path / "out"), "-w", "%{http_code}", f"{url}/{path}")
            assert status == b"404"
        assert output_of("fetch.py", "127.0.0.1", port, "/small") == [
            "HTTP/1.0 200 OK",
            "content-length: 6",
            "",
            "small",
        ]


def test_clustered_echo() -> None:
    """Not from the zygote: a worker is started as its primary was."""
    command = [sys.executable, str(EXAMPLES / "clustered_echo.py"), "0", "2"]
    running = Cluster(command, os.environ | {"PYTHONPATH": str(EXAMPLES.parent)})
    with contextlib.closing(running):
        running.until(r"primary \d+")
        port = 0
        for _ in range(2):
            port = int(running.until(r"worker \d listens on 127\.0\.0\.1:(\d+)")[1])
        with dial(port) as peer:
            peer.sendall(b"hello")
            peer.shutdown(socket.SHUT_WR)
            assert re.fullmatch(rb"this is process \d+\nhello", everything(peer))
        running.signal(signal.SIGHUP)
        assert {running.until(r"worker (\d) has ended: 0")[1] for _ in range(2)} == {"1", "2"}
        with dial(port) as peer:
            peer.shutdown(socket.SHUT_WR)
            assert everything(peer).startswith(b"this is process ")
        running.signal(signal.SIGTERM)
        assert running.finish()[0] == 0
