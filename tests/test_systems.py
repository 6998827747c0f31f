"""What other systems lack is not needed to import the library and to serve TCP."""

import subprocess
import sys

import pytest

#: What each system lacks of Linux, by module.
LACKING = {
    "darwin": {
        "_socket": "TCP_KEEPIDLE TCP_USER_TIMEOUT SOCK_NONBLOCK SOCK_CLOEXEC",
        "os": "O_PATH",
    },
    "win32": {
        "_socket": "AF_UNIX SO_REUSEPORT TCP_USER_TIMEOUT SOCK_NONBLOCK SOCK_CLOEXEC",
        "os": "O_PATH set_blocking readv writev sendfile register_at_fork fork getuid chown",
    },
}
MISSING_MODULES = {"darwin": [], "win32": ["fcntl", "grp", "pwd", "resource", "termios"]}
#: gevent, which has names of its own for every system, is loaded before they go.
PRETEND = """
import _socket, os, sys
import gevent, gevent.os, gevent.pool, gevent.socket, gevent.threadpool
gevent.get_hub().resolver, gevent.get_hub().threadpool

for module, names in {lacking!r}.items():
    for name in names.split():
        if hasattr(sys.modules[module], name):
            delattr(sys.modules[module], name)
for name in {modules!r}:
    sys.modules[name] = None
sys.platform = {platform!r}
"""
ECHO = """
import geventnet as net

def echo(sock):
    for chunk in sock:
        sock.sendall(chunk)

server = net.create_server(handler=echo, keep_alive=True, no_delay=True)
server.listen(0, "127.0.0.1")
server.wait("listening")
with net.connect(server.address().port, "127.0.0.1", keep_alive=True) as sock:
    sock.sendall(b"hello")
    assert sock.recv_exactly(5) == b"hello"
    sock.shutdown(1)
    assert sock.recv(1) == b""
server.close()
"""
NAMED_PIPES = r"""
for start in (net.create_server().listen, net.Socket().connect):
    assert start(r"\\.\pipe\name").wait("error").code == "EAFNOSUPPORT"
"""


@pytest.mark.parametrize("platform", ["darwin", "win32"])
def test_serving_tcp_needs_nothing_that_is_missing(platform: str) -> None:
    pretend = PRETEND.format(
        platform=platform, lacking=LACKING[platform], modules=MISSING_MODULES[platform]
    )
    done = subprocess.run(
        [sys.executable, "-c", pretend + ECHO + (NAMED_PIPES if platform == "win32" else "")],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=20,
    )
    assert (done.returncode, done.stdout) == (0, "")
