"""A daemon that is asked how it is, and told what to do, over a Unix socket.

python examples/control_daemon.py PATH     ask it with: echo status | nc -NU PATH
"""

import sys
from pathlib import Path

import gevent

import geventnet as net


class Daemon:
    def __init__(self) -> None:
        self.rounds = 0
        self.pause = 1.0

    def work(self) -> None:
        while True:
            self.rounds += 1
            gevent.sleep(self.pause)

    def obey(self, command: str) -> str:
        match command.split():
            case ["status"]:
                return f"{self.rounds} rounds, one each {self.pause:g} s"
            case ["pause", seconds]:
                self.pause = max(0.01, float(seconds))
                return "ok"
            case _:
                return "commands: status, pause SECONDS, stop"


def remove_stale(path: Path) -> None:
    """Remove what a daemon that was killed has left behind; leave if one lives."""
    try:
        with net.connect(path):
            sys.exit(f"a daemon listens on {path}")
    except ConnectionRefusedError:
        path.unlink()
    except FileNotFoundError:
        pass


def main(path: str) -> None:
    daemon = Daemon()

    def control(sock: net.Socket) -> None:
        for line in sock.lines(limit=1000):
            command = line.decode(errors="replace")
            if command == "stop":
                sock.sendall(b"stopping\n")
                gevent.spawn(server.drain, 5)
                return
            try:
                answer = daemon.obey(command)
            except ValueError as error:
                answer = f"error: {error}"
            sock.sendall(f"{answer}\n".encode())

    remove_stale(Path(path))
    gevent.spawn(daemon.work)
    server = net.create_server(handler=control)
    with server.listen(path=path):
        print(f"control at {path}", flush=True)
        server.serve_forever()


if __name__ == "__main__":
    main(*sys.argv[1:])
