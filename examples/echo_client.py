"""The reference's client of the echo server: says one thing, prints the answer and ends.

python examples/echo_client.py [PORT]     needs the echo server: python examples/echo_server.py
"""

import sys

import geventnet as net


def main(port: int = 8124) -> None:
    heard = ""
    client = net.create_connection(port, "127.0.0.1")

    @client.on("connect")
    def connected() -> None:
        print("connected to server!")
        client.write("world!\r\n")

    @client.on("data")
    def answered(text: str) -> None:
        nonlocal heard
        heard += text
        print(text, end="")
        if "world!" in heard:
            client.end()

    client.set_encoding("utf8")
    client.on("end", lambda: print("disconnected from server"))
    net.run()


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
