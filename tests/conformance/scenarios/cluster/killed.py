import os
import signal
from typing import Any

from children import cluster, run
from prelude import log, net


def primary() -> None:
    cluster.on("listening", lambda worker: os.kill(worker.pid, signal.SIGKILL))
    cluster.on("disconnect", lambda worker: log("primary", "disconnect", worker.is_connected()))

    @cluster.on("exit")
    def _(worker: Any, code: int | None, name: str | None) -> None:
        log("primary", "exit", code, name, worker.exited_after_disconnect, worker.is_dead())
        cluster.disconnect()


run(lambda: net.create_server().listen(0, "127.0.0.1"), 1, primary)
