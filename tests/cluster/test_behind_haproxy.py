"""Two clusters behind HAProxy: one is killed, and what was not in flight on it is answered."""

from __future__ import annotations

import os
import shutil
import socket as py_socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import gevent
import gevent.os
import gevent.socket
import pytest
from support.programs import ROOT

LOCAL = "127.0.0.1"
LIMIT = 40.0

CLUSTER = """
import os
import sys

import geventnet as net
from geventnet import cluster


def answer(sock):
    line = sock.recv_until(b"\\n")
    sock.sendall(b"%s %d\\n" % (sys.argv[1].encode(), sock.remote_port))


def main():
    balancers = net.BlockList()
    balancers.add_address("127.0.0.1")
    server = net.create_server(handler=answer, proxy_protocol=True, trusted=balancers)
    server.listen(0, "127.0.0.1")
    server.start()
    os.write(1, b"%d\\n" % server.address().port)
    server.serve_forever()


if __name__ == "__main__":
    cluster.run(main, workers=2)
"""

CONFIGURATION = """
defaults
    mode tcp
    timeout connect 5s
    timeout client 30s
    timeout server 30s
frontend front
    bind fd@{front}
    default_backend back
backend back
    option redispatch
    retries 3
    server one {host}:{one} send-proxy-v2 check inter 100 fall 1
    server two {host}:{two} send-proxy-v2 check inter 100 fall 1
"""


@contextmanager
def started(*command: str, **options: Any) -> Iterator[subprocess.Popen[bytes]]:
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    process = subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, **options
    )
    try:
        yield process
    finally:
        process.terminate()
        with gevent.Timeout(LIMIT):
            while process.poll() is None:
                gevent.sleep(0.01)
        assert process.stdout is not None
        process.stdout.close()


def port_of(process: subprocess.Popen[bytes]) -> int:
    """What both workers say."""
    assert process.stdout is not None
    said = b""
    os.set_blocking(process.stdout.fileno(), True)
    with gevent.Timeout(LIMIT):
        while said.count(b"\n") < 2:
            said += gevent.os.tp_read(process.stdout.fileno(), 1)
    one, two = said.split()
    assert one == two
    return int(one)


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("haproxy") is None, reason="needs haproxy")
def test_one_of_two_clusters_is_killed(tmp_path: Path) -> None:
    program = tmp_path / "program.py"
    program.write_text(CLUSTER)
    command = [sys.executable, str(program)]
    with (
        started(*command, "one") as one,
        started(*command, "two") as two,
        py_socket.create_server((LOCAL, 0), backlog=100) as front,
    ):
        file = tmp_path / "haproxy.cfg"
        ports = {"one": port_of(one), "two": port_of(two)}
        file.write_text(CONFIGURATION.format(front=front.fileno(), host=LOCAL, **ports))
        with started("haproxy", "-db", "-f", str(file), pass_fds=[front.fileno()]):
            where = front.getsockname()

            def ask() -> bytes | None:
                """Who answers; None for what was in flight."""
                with gevent.socket.create_connection(where, LIMIT) as peer:
                    port = peer.getsockname()[1]
                    peer.sendall(b"?\n")
                    answer = b""
                    with suppress(ConnectionResetError):
                        answer = peer.recv(100)
                    if not answer:
                        return None
                    name, told = answer.split()
                    assert int(told) == port
                    return bytes(name)

            with gevent.Timeout(LIMIT):
                assert {ask() for _ in range(10)} == {b"one", b"two"}
                one.kill()
                answers = [ask() for _ in range(40)]
                # The kill finds at most the one request on its way.
                assert answers.count(None) <= 1
                assert answers[-10:] == [b"two"] * 10
