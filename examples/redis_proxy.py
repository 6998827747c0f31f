"""A TCP proxy in front of a Redis server, for any client of Redis.

python examples/redis_proxy.py [PORT [REDIS_PORT]]     then: redis-cli -p 6380
"""

import sys

import geventnet as net


def main(port: int = 6380, redis_port: int = 6379) -> None:
    def connected(client: net.Socket) -> None:
        redis = net.connect(redis_port, "127.0.0.1", allow_half_open=True)
        # Each way as fast as the slower side; if one fails, both are closed.
        net.pipeline(client, redis, client, done)

    def done(error: BaseException | None) -> None:
        if error is not None:
            print(error, flush=True)

    server = net.create_server(connected, allow_half_open=True).listen(port, "127.0.0.1")
    server.start()
    address = server.address()
    assert isinstance(address, net.AddressInfo)
    print(f"Redis at {address.address}:{address.port}", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
