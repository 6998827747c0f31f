"""What the pages in docs/howto show beside programs of Python, which tests/test_docs.py runs."""

from __future__ import annotations

import re
import shutil
import socket
import ssl
import subprocess
from pathlib import Path

import pytest
from support.certificates import make_certificate
from support.programs import ROOT, Program

LIMIT = 20

WHO_IS_THERE = """
import geventnet as net

def answer(sock):
    for line in sock.lines():
        sock.sendall(b"%s to %d\\n" % (line, sock.remote_port))

balancers = net.BlockList()
balancers.add_address("127.0.0.1")
server = net.create_server(handler=answer, proxy_protocol=True, trusted=balancers)
with server.listen(0, "127.0.0.1"):
    print(server.port, flush=True)
    server.serve_forever()
"""


def test_haproxy_has_the_certificates(tmp_path: Path) -> None:
    haproxy = shutil.which("haproxy")
    if haproxy is None:
        pytest.skip("needs haproxy")
    page = (ROOT / "docs" / "howto" / "tls.md").read_text()
    shown = re.search(r"^```text haproxy\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    assert shown
    certificate, key = make_certificate(tmp_path)
    both = tmp_path / "localhost.pem"
    both.write_text(certificate.read_text() + key.read_text())
    with (
        Program("-c", WHO_IS_THERE, merged=True) as server,
        socket.create_server(("127.0.0.1", 0)) as front,
    ):
        assert server.stdout is not None
        configuration = shown[1]
        for written, here in (
            ("127.0.0.1:8443", f"fd@{front.fileno()}"),
            ("127.0.0.1:8124", f"127.0.0.1:{server.stdout.readline().strip()}"),
            ("/etc/haproxy/localhost.pem", str(both)),
        ):
            assert written in configuration
            configuration = configuration.replace(written, here)
        file = tmp_path / "haproxy.cfg"
        file.write_text(configuration)
        with subprocess.Popen(
            [haproxy, "-db", "-f", str(file)],
            pass_fds=[front.fileno()],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        ) as balancer:
            try:
                # The system queues it while HAProxy starts.
                plain = socket.create_connection(front.getsockname(), timeout=LIMIT)
                context = ssl.create_default_context(cafile=certificate)
                with context.wrap_socket(plain, server_hostname="localhost") as client:
                    client.sendall(b"hello\n")
                    expected = b"hello to %d\n" % client.getsockname()[1]
                    heard = b""
                    while not heard.endswith(b"\n"):
                        heard += client.recv(100) or b"\n"
                    assert heard == expected
            finally:
                balancer.kill()
