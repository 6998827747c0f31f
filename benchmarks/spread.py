"""How evenly the workers behind one port share connections, as their client sees it."""

import socket
from collections import Counter

AT_ONCE = 64


def _answers(port: int) -> list[bytes]:
    """Who answers on each of AT_ONCE connections that are open together."""
    peers = [socket.create_connection(("127.0.0.1", port), timeout=10) for _ in range(AT_ONCE)]
    try:
        return [peer.recv(100) for peer in peers]
    finally:
        for peer in peers:
            peer.close()


def shares(port: int, workers: int, connections: int) -> list[float]:
    """The share of each worker in at least `connections`, the largest first.

    A worker sends its name on each connection, and ends it.
    """
    count: Counter[bytes] = Counter()
    while count.total() < connections:
        count.update(_answers(port))
    found = sorted(count.values(), reverse=True)
    found += [0] * (workers - len(found))
    return [one / count.total() for one in found]
