"""A TCP proxy in front of a Redis server, for any client of Redis.

python examples/redis_proxy.py [PORT [REDIS_PORT]]     then: redis-cli -p 6380
"""

import sys

import geventnet as net


def main(port: int = 6380, redis_port: int = 6379) -> None:
    def connected(client: net.Socket) -> None:
        redis = net.connect(redis_port, "127.0.0.1")
        # Each way as fast as the slower side, and the end of one is the end of the other.
        client.pipe(redis)
        redis.pipe(client)
        client.on("error", lambda error: redis.destroy())
        redis.on("error", lambda error: client.destroy())
        client.on("close", lambda: redis.destroy())
        redis.on("close", lambda: client.destroy())

    server = net.create_server(connected).listen(port, "127.0.0.1")
    server.start()
    address = server.address()
    assert isinstance(address, net.AddressInfo)
    print(f"Redis at {address.address}:{address.port}", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
