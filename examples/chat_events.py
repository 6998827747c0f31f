"""The same chat as chat_blocking.py, in events: no greenlet for a guest who says nothing.

python examples/chat_events.py [PORT]     join with: nc 127.0.0.1 8124
"""

import sys

import geventnet as net

guests: dict[net.Socket, str] = {}


def tell(line: str, but: net.Socket) -> None:
    for guest in guests:
        if guest is not but:
            guest.write(f"{line}\n")


def connected(sock: net.Socket) -> None:
    lines = net.LineDecoder(limit=1000)

    @lines.on("data")
    def heard(line: bytes) -> None:
        text = line.decode(errors="replace").strip()
        if sock in guests:
            tell(f"{guests[sock]}: {text}", sock)
        elif text:
            guests[sock] = text
            sock.write(f"* welcome, {text}\n")
            tell(f"* {text} joins", sock)

    def left() -> None:
        if sock in guests:
            tell(f"* {guests.pop(sock)} leaves", sock)
        sock.end()

    sock.write("your name? ")
    net.pipeline(sock, lines, left)


def main(port: int = 8124) -> None:
    server = net.create_server(connected, max_buffered=1 << 20)

    @server.on("listening")
    def listening() -> None:
        print(f"chat at 127.0.0.1:{server.port}", flush=True)

    server.listen(port, "127.0.0.1")
    net.run()


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
