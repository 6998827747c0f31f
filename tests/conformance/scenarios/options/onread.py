from typing import Any

from prelude import Server, Socket, log, net, serve, target, watch


@serve()
def _(server: Server) -> None:
    def on_connection(peer: Socket) -> None:
        peer.write("first")
        peer.once("data", lambda chunk: peer.end("second"))
        server.close()

    def on_read(count: int, filled: Any) -> bool:
        log("client", "read", count, bytes(filled[:count]))
        if filled[:1] == b"t":
            client.write("next")
        return True

    server.on("connection", on_connection)
    client = net.connect(**target(server), onread={"buffer": bytearray(4), "callback": on_read})
    watch("client", client)
