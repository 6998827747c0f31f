"""The reference's echo server: greets every client, and answers it with what it says.

python examples/echo_server.py [PORT]     talk to it with: nc 127.0.0.1 8124
"""

import sys

import geventnet as net


def connected(sock: net.Socket) -> None:
    print("client connected", flush=True)
    sock.on("end", lambda: print("client disconnected", flush=True))
    sock.write("hello\r\n")
    sock.pipe(sock)


def main(port: int = 8124) -> None:
    server = net.create_server(connected)

    @server.on("listening")
    def bound() -> None:
        print(f"server bound to 127.0.0.1:{server.port}", flush=True)

    server.listen(port, "127.0.0.1")
    net.run()


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
