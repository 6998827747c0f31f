from typing import Any

from prelude import Socket, log, net, watch

server = watch("server", net.create_server(), "connection", "error", "close")
server.max_connections = 1


@server.on("listening")
def _() -> None:
    first = net.connect(server.address().port, "127.0.0.1").resume()

    @server.once("connection")
    def _(peer: Socket) -> None:
        def on_drop(info: Any) -> None:
            log("server", "drop", info)
            log("server", "ports", info.local_port == server.address().port)
            log("server", "remote", info.remote_port == second.local_port)
            server.close()

        peer.resume()
        second = watch("second", net.connect(server.address().port, "127.0.0.1"))
        server.once("drop", on_drop)
        second.on("close", lambda had_error: first.end())


server.listen(0, "127.0.0.1")
