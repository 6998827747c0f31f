"""How evenly the workers of a cluster share connections: one socket, or SO_REUSEPORT.

    python -m benchmarks.spread [CONNECTIONS]

Each row is a cluster of its own. `one by one` opens a connection when the last one is answered and
closed; `64 at once` opens 64 connections, then asks on each, and closes them.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections import Counter

SERVER = """
import os, sys
import geventnet as net
from geventnet import cluster

def main():
    server = net.create_server(lambda sock: sock.end(b"%d" % os.getpid()))
    server.listen(0, "127.0.0.1", reuse_port=sys.argv[2] == "reuse_port")

count = int(sys.argv[1])
cluster.on("listening", lambda worker, address: print(address.port, flush=True))
cluster.run(main, workers=count)
"""


def answers(port: int, at_once: int) -> list[bytes]:
    peers = [socket.create_connection(("127.0.0.1", port)) for _ in range(at_once)]
    try:
        return [peer.recv(100) for peer in peers]
    finally:
        for peer in peers:
            peer.close()


def shares(workers: int, how: str, at_once: int, connections: int) -> list[float]:
    """What each worker got, in percent, the most first."""
    command = [sys.executable, "-c", SERVER, str(workers), how]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as server:
        try:
            assert server.stdout is not None
            ports = {int(server.stdout.readline()) for _ in range(workers)}
            port = ports.pop()
            count: Counter[bytes] = Counter()
            while count.total() < connections:
                count.update(answers(port, at_once))
        finally:
            server.terminate()
    found = sorted(count.values(), reverse=True)
    found += [0] * (workers - len(found))
    return [100 * one / count.total() for one in found]


def main(connections: int = 6400) -> None:
    print(f"{connections} connections, {len(os.sched_getaffinity(0))} CPUs")
    for workers in (2, 4):
        for how in ("shared", "reuse_port"):
            for name, at_once in (("one by one", 1), ("64 at once", 64)):
                found = " ".join(
                    f"{share:5.1f}" for share in shares(workers, how, at_once, connections)
                )
                print(f"{workers} workers  {how:10}  {name}  {found} %", flush=True)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
