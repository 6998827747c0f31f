"""A client that stays connected: it prints the lines of a server, and comes back when it is lost.

python examples/reconnecting_client.py [PORT]     a server for it: nc -lk 127.0.0.1 8124
"""

import sys

import geventnet as net


def talk(sock: net.Socket) -> None:
    for line in sock.lines():
        print(line.decode(errors="replace"), flush=True)


def main(port: int = 8124) -> None:
    service = net.ClientService(
        lambda: net.connect(port, "127.0.0.1", connect_timeout=5),
        handler=talk,
        policy=net.backoff(first=0.1, most=30),
    )
    service.on("connect", lambda sock: print("connected", flush=True))

    @service.on("retry")
    def again(delay: float, error: BaseException | None) -> None:
        reason = "the server has closed" if error is None else error
        print(f"again in {delay:.1f} s: {reason}", flush=True)

    with service:
        net.run()


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
