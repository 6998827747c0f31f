"""A TCP proxy: what a client sends goes to another server, and the answers come back.

python examples/proxy.py PORT HOST HOSTS_PORT
With a Redis server:  python examples/proxy.py 6380 127.0.0.1 6379     then: redis-cli -p 6380
"""

import sys

import geventnet as net


def main(port: str, host: str, hosts_port: str) -> None:
    def connected(client: net.Socket) -> None:
        upstream = net.connect(int(hosts_port), host, allow_half_open=True, connect_timeout=10)
        # Each way is as fast as its slower side, and ends by itself; if one fails, both end.
        net.pipeline(client, upstream, client, done)

    def done(error: BaseException | None) -> None:
        if error is not None:
            print(error, flush=True)

    server = net.create_server(connected, allow_half_open=True)
    with server.listen(int(port), "127.0.0.1"):
        print(f"{host}:{hosts_port} is also at 127.0.0.1:{server.port}", flush=True)
        server.serve_forever()


if __name__ == "__main__":
    main(*sys.argv[1:])
