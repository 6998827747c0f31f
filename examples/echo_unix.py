"""The echo server and its client over a Unix socket, in one process.

python examples/echo_unix.py [PATH]     without a path, one in a new directory
"""

import sys
import tempfile
from pathlib import Path

import geventnet as net


def talk(path: Path) -> None:
    server = net.create_server(lambda sock: sock.pipe(sock))
    server.on("close", lambda: print("server closed"))

    def bound() -> None:
        print("server bound to a path")
        client = net.connect(path)
        client.on("connect", lambda: client.write("hello\r\n"))

        def answered(chunk: bytes) -> None:
            print(f"client heard {chunk!r}")
            client.end()
            server.close()

        client.on("data", answered)

    server.listen(path, bound)
    net.run()


def main(path: str | None = None) -> None:
    if path is not None:
        talk(Path(path))
        return
    with tempfile.TemporaryDirectory() as directory:
        talk(Path(directory) / "echo.sock")


if __name__ == "__main__":
    main(*sys.argv[1:])
