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
    unfinished = ""

    def heard(line: str) -> None:
        if sock in guests:
            tell(f"{guests[sock]}: {line.rstrip()}", sock)
            return
        name = line.strip() or "nobody"
        guests[sock] = name
        sock.write(f"* welcome, {name}\n")
        tell(f"* {name} joins", sock)

    @sock.on("data")
    def received(text: str) -> None:
        nonlocal unfinished
        *lines, unfinished = (unfinished + text).split("\n")
        for line in lines:
            heard(line)

    @sock.on("close")
    def left() -> None:
        if sock in guests:
            tell(f"* {guests.pop(sock)} leaves", sock)

    sock.set_encoding("utf8")
    sock.write("your name? ")


def main(port: int = 8124) -> None:
    server = net.create_server(connected)

    @server.on("listening")
    def listening() -> None:
        address = server.address()
        assert isinstance(address, net.AddressInfo)
        print(f"chat at {address.address}:{address.port}", flush=True)

    server.listen(port, "127.0.0.1")
    net.run()


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
