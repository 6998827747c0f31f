"""Which TCP ports of a host are open: a hundred are tried at a time.

python examples/port_scanner.py HOST [FIRST [LAST]]
"""

import sys

from gevent.pool import Pool

import geventnet as net


def main(host: str, first: str = "1", last: str = "1023") -> None:
    def is_open(port: int) -> bool:
        try:
            with net.connect(port, host, connect_timeout=2):
                return True
        except (ConnectionRefusedError, TimeoutError):
            return False

    ports = range(int(first), int(last) + 1)
    for port, opened in zip(ports, Pool(100).imap(is_open, ports), strict=True):
        if opened:
            print(port, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
