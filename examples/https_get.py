"""TLS as a stream, under a Socket with all its calls: gets a page over HTTPS.

python examples/https_get.py HOST [PORT [PATH [FILE_OF_CERTIFICATES]]]
"""

import sys
from collections.abc import Callable

import gevent
from gevent import ssl
from gevent.socket import socket

import geventnet as net


class TLS(net.Duplex):
    """A connection of gevent's `ssl` as a stream."""

    def __init__(self, tls: ssl.SSLSocket) -> None:
        super().__init__()
        self._tls = tls

    def _read(self, size: int) -> None:
        # In a greenlet: who takes what is there must not wait for what comes next.
        gevent.spawn(self._receive)

    def _receive(self) -> None:
        try:
            self.push(self._tls.recv(65536) or None)
        except OSError as error:
            self.destroy(error)

    def _write(self, chunk: bytes, encoding: str, callback: Callable[..., object]) -> None:
        try:
            self._tls.sendall(chunk)
        except OSError as error:
            callback(error)
        else:
            callback()

    def _destroy(self, error: BaseException | None, callback: Callable[..., object]) -> None:
        self._tls.close()
        callback(error)


def connect_tls(port: int, host: str, certificates: str | None = None) -> net.Socket:
    # `create_default_context` makes one of the standard library, which blocks the whole program.
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    if certificates is None:
        context.load_default_certs()
    else:
        context.load_verify_locations(certificates)
    sock = net.connect(port, host, connect_timeout=10)
    sock.wait("connect")
    with gevent.Timeout(10):
        plain = socket(fileno=sock.detach())
        return net.Socket.over(TLS(context.wrap_socket(plain, server_hostname=host)))


def main(host: str, port: str = "443", path: str = "/", certificates: str | None = None) -> None:
    with connect_tls(int(port), host, certificates) as sock:
        sock.settimeout(30)
        sock.sendall(f"GET {path} HTTP/1.0\r\nHost: {host}\r\n\r\n".encode())
        print(sock.recv_until(b"\r\n\r\n").decode("latin-1").partition("\r\n")[0])
        print(b"".join(sock).decode(errors="replace"), end="")


if __name__ == "__main__":
    main(*sys.argv[1:])
