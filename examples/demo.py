"""The echo server of the reference, and a client that talks to it over TCP and a Unix socket.

Run it with ``make demo`` or ``python -m examples.demo``.
"""

import tempfile
from pathlib import Path
from typing import Any

import geventnet as net


def echo_server() -> net.Server:
    def connected(sock: net.Socket) -> None:
        print("server: client connected")
        sock.on("end", lambda: print("server: client disconnected"))
        sock.write("hello\r\n")
        sock.pipe(sock)

    return net.create_server(connected)


def client(where: dict[str, Any]) -> None:
    heard = bytearray()

    def connected() -> None:
        print("client: connected to server")
        sock.write("world!\r\n")

    def answered(chunk: bytes) -> None:
        print(f"client: heard {chunk!r}")
        heard.extend(chunk)
        if heard.endswith(b"world!\r\n"):
            sock.end()

    sock = net.connect(**where, connect_listener=connected)
    sock.on("data", answered)
    sock.on("end", lambda: print("client: disconnected from server"))


def converse(title: str, **where: Any) -> None:
    """Serve at `where`, say one thing there, and return when server and client have closed."""
    server = echo_server()

    def bound() -> None:
        address = server.address()
        if isinstance(address, net.AddressInfo):
            print(f"server: bound to {address.address}, {address.family}")
            client({"port": address.port, "host": address.address})
        else:
            print("server: bound to a Unix socket")
            client({"path": address})

    print(f"-- {title}")
    # No further connections: the server closes with the one it has.
    server.once("connection", lambda sock: server.close())
    server.listen(**where, callback=bound)
    net.run()


def main() -> None:
    converse("over TCP", port=0, host="127.0.0.1")
    with tempfile.TemporaryDirectory() as directory:
        converse("over a Unix socket", path=Path(directory) / "echo.sock")


if __name__ == "__main__":
    main()
