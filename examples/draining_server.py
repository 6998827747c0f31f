"""A server that leaves politely: what was begun is finished, and nothing new begins.

python examples/draining_server.py [PORT [SECONDS]]     talk to it with: nc 127.0.0.1 8124
Stop it with SIGTERM or Ctrl-C: it refuses new clients at once, gives the others one more answer,
and cuts off who has not asked for it after so many seconds (10).
"""

import sys

import geventnet as net


def main(port: str = "8124", seconds: str = "10") -> None:
    def answer(sock: net.Socket) -> None:
        for line in sock.lines():
            sock.sendall(line.upper() + b"\n")
            if not server.listening:
                return

    server = net.create_server(handler=answer)
    with server.listen(int(port), "127.0.0.1"):
        print(f"listening on 127.0.0.1:{server.port}", flush=True)
        ended = server.serve_forever(drain_timeout=float(seconds))
    print(f"{ended.finished} finished, {ended.cut} cut off")


if __name__ == "__main__":
    main(*sys.argv[1:])
