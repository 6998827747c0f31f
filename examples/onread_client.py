"""The reference's client that reads everything into one buffer.

python examples/onread_client.py [PORT]     needs the echo server: python examples/echo_server.py
"""

import sys

import geventnet as net


def main(port: int = 8124) -> None:
    # 4 KiB that are used again for every read from the socket.
    buffer = bytearray(4 * 1024)

    def received(count: int, buffer: bytearray) -> None:
        # What was received stands in buffer from 0 to count.
        print(buffer[:count].decode(), end="")
        if b"world!" in buffer[:count]:
            client.end()

    client = net.connect(port, "127.0.0.1", onread={"buffer": buffer, "callback": received})
    client.on("connect", lambda: client.write("world!\r\n"))
    net.run()


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
