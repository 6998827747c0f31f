"""gunicorn's pre-fork with its gevent worker, which serves a stream instead of HTTP.

gunicorn knows HTTP only. Its gevent worker gives every connection to `handle`, from a StreamServer
on the shared listener; here `handle` is that of gevent_server.py.
"""

from contextlib import suppress
from typing import Any

from arguments import Arguments, announce, parse
from gevent.socket import socket
from gevent_server import HANDLERS
from gunicorn.app.base import BaseApplication
from gunicorn.workers.ggevent import GeventWorker

ARGUMENTS = parse(HANDLERS)


class StreamWorker(GeventWorker):
    def handle(self, listener: Any, client: socket, addr: object) -> None:
        with client, suppress(ConnectionError):
            HANDLERS[ARGUMENTS.mode](client, ARGUMENTS)


class Application(BaseApplication):
    def __init__(self, arguments: Arguments) -> None:
        self.arguments = arguments
        super().__init__()

    def load_config(self) -> None:
        settings = {
            "bind": "127.0.0.1:0",
            "workers": self.arguments.workers,
            "backlog": self.arguments.backlog,
            "worker_class": StreamWorker,
            "worker_connections": 20_000,
            "reuse_port": self.arguments.reuse_port,
            "loglevel": "warning",
            "post_worker_init": lambda worker: announce(worker.sockets[0].getsockname()[1]),
        }
        for name, value in settings.items():
            self.cfg.set(name, value)

    def load(self) -> object:
        return lambda environ, start_response: []


if __name__ == "__main__":
    Application(ARGUMENTS).run()
