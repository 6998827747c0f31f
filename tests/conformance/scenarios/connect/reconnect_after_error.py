from typing import Any

from prelude import Server, Socket, net, nowhere, serve, target, watch


@nowhere
def _(refused: Any) -> None:
    client = watch("client", net.connect(**refused))

    @client.once("close")
    def _(had_error: bool) -> None:
        @serve()
        def _(server: Server) -> None:
            def on_connection(peer: Socket) -> None:
                watch("peer", peer)
                server.close()

            server.on("connection", on_connection)
            client.connect(**target(server), connect_listener=lambda: client.end("again"))
