"""An echo server of several processes, which restarts without losing a connection.

python examples/clustered_echo.py [PORT [WORKERS]]

Talk to it with: nc 127.0.0.1 8124
Restart it with: kill -HUP PID, after you have changed this file, for example
Stop it with:    kill PID, or Ctrl-C
"""

import logging
import os
import sys

import geventnet as net
from geventnet import cluster


def echo(sock: net.Socket) -> None:
    sock.sendall(b"this is process %d\n" % os.getpid())
    for chunk in sock:
        sock.sendall(chunk)


def serve(port: int) -> None:
    server = net.create_server(handler=echo)
    server.listen(port, "127.0.0.1")
    server.serve_forever()


def listening(worker: cluster.Worker, address: net.AddressInfo) -> None:
    print(f"worker {worker.id} listens on {address.address}:{address.port}", flush=True)


def exited(worker: cluster.Worker, code: int | None, signal: str | None) -> None:
    print(f"worker {worker.id} has ended: {signal or code}", flush=True)


def main(port: int = 8124, workers: int | None = None) -> None:
    logging.basicConfig()
    cluster.on("listening", listening)
    cluster.on("exit", exited)
    if cluster.is_primary:
        print(f"primary {os.getpid()}", flush=True)
    cluster.run(lambda: serve(port), workers=workers, drain_timeout=5)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
