"""A web server (HTTP/1.0) for the files of a directory, which the system sends by itself.

python examples/file_server.py [DIRECTORY [PORT]]     then: curl http://127.0.0.1:8000/README.md
"""

import os
import sys
from pathlib import Path
from urllib.parse import unquote, urlsplit

import geventnet as net


def handler(root: Path, sock: net.Socket) -> None:
    sock.settimeout(30)

    def answer(status: str, length: int) -> None:
        sock.sendall(f"HTTP/1.0 {status}\r\nContent-Length: {length}\r\n\r\n".encode())

    try:
        method, target, _ = sock.recv_until(b"\r\n", 8192).decode("latin-1").split()
        while sock.recv_until(b"\r\n", 8192) != b"\r\n":
            pass
    except (EOFError, ValueError):
        answer("400 Bad Request", 0)
        return
    path = (root / unquote(urlsplit(target).path).lstrip("/")).resolve()
    if method not in ("GET", "HEAD"):
        answer("405 Method Not Allowed", 0)
    elif not path.is_relative_to(root) or not path.is_file():
        answer("404 Not Found", 0)
    else:
        with path.open("rb") as file:
            answer("200 OK", os.fstat(file.fileno()).st_size)
            if method == "GET":
                sock.sendfile(file)


def main(directory: str = ".", port: str = "8000") -> None:
    root = Path(directory).resolve()
    server = net.create_server(handler=lambda sock: handler(root, sock), spawn=100)
    with server.listen(int(port), "127.0.0.1"):
        print(f"serving {root} at http://127.0.0.1:{server.port}/", flush=True)
        server.serve_forever()


if __name__ == "__main__":
    main(*sys.argv[1:])
