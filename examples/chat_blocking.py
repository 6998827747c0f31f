"""A chat in straight lines: a greenlet for each guest, which may wait wherever it likes.

python examples/chat_blocking.py [PORT]     join with: nc 127.0.0.1 8124
"""

import sys

import geventnet as net

guests: dict[net.Socket, str] = {}


def tell(line: str, but: net.Socket) -> None:
    """`write` does not wait: a guest who does not read keeps nobody else waiting."""
    for guest in guests:
        if guest is not but:
            guest.write(f"{line}\n")


def chat(sock: net.Socket) -> None:
    sock.sendall(b"your name? ")
    lines = (line.decode(errors="replace").strip() for line in sock.lines(limit=1000))
    name = next(lines, "")
    if not name:
        return
    guests[sock] = name
    sock.write(f"* welcome, {name}\n")
    tell(f"* {name} joins", sock)
    try:
        for line in lines:
            tell(f"{name}: {line}", sock)
    finally:
        del guests[sock]
        tell(f"* {name} leaves", sock)


def main(port: int = 8124) -> None:
    # What guests do not read may take up to 1 MiB each: one who lags further behind is cut off.
    server = net.create_server(handler=chat, max_buffered=1 << 20)
    with server.listen(port, "127.0.0.1"):
        print(f"chat at 127.0.0.1:{server.port}", flush=True)
        server.serve_forever()


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
