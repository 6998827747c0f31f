from typing import Any

from children import cluster, run
from prelude import log, net


def primary() -> None:
    def told(event: str) -> None:
        cluster.on(
            event,
            lambda worker, *rest: log(
                "cluster", event, worker.id, *(rest if event == "exit" else ())
            ),
        )

    for event in ("fork", "online", "listening", "disconnect", "exit"):
        told(event)

    @cluster.on("fork")
    def _(worker: Any) -> None:
        worker.on("online", lambda: log("worker", "online"))
        worker.on("listening", lambda: log("worker", "listening"))
        worker.on("disconnect", lambda: log("worker", "disconnect"))
        worker.on("exit", lambda code, signal: log("worker", "exit", code, signal))

    @cluster.on("message")
    def _(worker: Any, message: Any) -> None:
        log("message", worker.id, message)
        cluster.disconnect()

    @cluster.on("exit")
    def _(worker: Any) -> None:
        flags = worker.exited_after_disconnect, worker.is_dead(), worker.is_connected()
        log("left", len(cluster.workers), *flags)

    cluster.on("listening", lambda worker: worker.send({"hello": ["worker", 1]}))


def main() -> None:
    cluster.worker.on("message", lambda message: cluster.worker.send({"echo": message}))
    net.create_server().listen(0, "127.0.0.1")


run(main, 1, primary)
