from collections.abc import Callable
from typing import Any

from children import cluster, run
from prelude import log, net


# The others go on; the address is free when the last has closed.
def primary() -> None:
    workers: list[Any] = []
    ports: list[int] = []

    def ask(call: Callable[[], object]) -> None:
        client = net.connect(ports[0], "127.0.0.1")
        client.on("data", lambda data: log("client", int(data) == workers[0].id))
        client.on("error", lambda error: log("client", error.code))
        client.on("close", lambda had_error: call())

    steps = [
        lambda: ask(lambda: ask(lambda: workers[0].send("close"))),
        lambda: ask(cluster.disconnect),
    ]

    @cluster.on("listening")
    def _(worker: Any, address: net.AddressInfo) -> None:
        workers.append(worker)
        ports.append(address.port)
        if len(workers) == 2:
            workers[1].send("close")

    @cluster.on("message")
    def _(worker: Any, message: str) -> None:
        log("primary", message, worker is workers[1])
        steps.pop(0)()


def main() -> None:
    server = net.create_server(lambda socket: socket.end(str(cluster.worker.id)))
    server.listen(0, "127.0.0.1")
    worker = cluster.worker
    worker.on("message", lambda _: server.close(lambda *error: worker.send("closed")))


run(main, 2, primary)
