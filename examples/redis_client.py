"""A Redis client in thirty lines: a protocol of lines and lengths is read in straight lines.

python examples/redis_client.py [PORT]     needs a Redis server
"""

import sys
from typing import Any

import geventnet as net


class Redis:
    def __init__(self, port: int = 6379, host: str = "127.0.0.1") -> None:
        self._sock = net.connect(port, host)

    def __call__(self, *command: str | bytes | int) -> Any:
        words = [word if isinstance(word, bytes) else str(word).encode() for word in command]
        parts = [b"$%d\r\n%b\r\n" % (len(word), word) for word in words]
        self._sock.sendall(b"*%d\r\n" % len(words) + b"".join(parts))
        return self._reply()

    def _reply(self) -> Any:
        line = self._sock.recv_until(b"\r\n")
        kind, rest = line[:1], line[1:-2]
        if kind == b"+":
            return rest.decode()
        if kind == b"-":
            raise RuntimeError(rest.decode())
        size = int(rest)
        if kind == b":" or size < 0:
            return size if kind == b":" else None
        if kind == b"*":
            return [self._reply() for _ in range(size)]
        return self._sock.recv_exactly(size + 2)[:-2]

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
