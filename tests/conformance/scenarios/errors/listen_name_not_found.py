from typing import Any

from prelude import net, state

server = net.create_server()


@server.on("error")
def _(error: Any) -> None:
    state("server", error, "syscall", "hostname")
    state("server", server, "listening")


server.listen(0, "does-not-exist.invalid")
