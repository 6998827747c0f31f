"""Fetches a page over HTTP/1.0: no callback, no server, nothing patched.

python examples/fetch.py HOST [PORT [PATH]]
"""

import sys

import geventnet as net


def fetch(host: str, port: int, path: str) -> tuple[str, dict[str, str], bytes]:
    with net.connect(port, host) as sock:
        sock.settimeout(30)
        sock.sendall(f"GET {path} HTTP/1.0\r\nHost: {host}\r\n\r\n".encode())
        status = sock.recv_until(b"\r\n").decode().strip()
        headers: dict[str, str] = {}
        while line := sock.recv_until(b"\r\n").decode("latin-1").strip():
            name, _, value = line.partition(":")
            headers[name.lower()] = value.strip()
        return status, headers, b"".join(sock)


def main(host: str, port: str = "80", path: str = "/") -> None:
    status, headers, body = fetch(host, int(port), path)
    print(status)
    for name, value in headers.items():
        print(f"{name}: {value}")
    print()
    print(body.decode(errors="replace"), end="")


if __name__ == "__main__":
    main(*sys.argv[1:])
