"""A client of Redis: RESP, a protocol of lines and lengths, is read in straight lines.

python examples/redis_client.py [PORT]     needs a Redis server
"""

import sys
from typing import TypeAlias

import geventnet as net

Reply: TypeAlias = "str | bytes | int | list[Reply] | None"


class Redis:
    def __init__(self, port: int = 6379, host: str = "127.0.0.1") -> None:
        self._sock = net.connect(port, host, connect_timeout=5)
        self._sock.settimeout(30)

    def __call__(self, *command: str | bytes | int) -> Reply:
        words = [word if isinstance(word, bytes) else str(word).encode() for word in command]
        parts = [b"$%d\r\n%b\r\n" % (len(word), word) for word in words]
        self._sock.sendall(b"*%d\r\n" % len(words) + b"".join(parts))
        return self._reply()

    def _reply(self) -> Reply:
        line = self._sock.recv_until(b"\r\n").decode().removesuffix("\r\n")
        kind, rest = line[0], line[1:]
        if kind == "+":
            return rest
        if kind == "-":
            raise RuntimeError(rest)
        number = int(rest)
        if kind == ":":
            return number
        if number < 0:
            return None
        if kind == "*":
            return [self._reply() for _ in range(number)]
        return self._sock.recv_exactly(number + 2).removesuffix(b"\r\n")

    def close(self) -> None:
        self._sock.close()


def main(port: int = 6379) -> None:
    redis = Redis(port)
    print(redis("SET", "greeting", "hello"))
    print(redis("GET", "greeting"))
    print(redis("RPUSH", "list", 1, 2, 3))
    print(redis("LRANGE", "list", 0, -1))
    print(redis("GET", "nothing"))
    try:
        redis("INCR", "greeting")
    except RuntimeError as error:
        print(error)
    redis.close()


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
