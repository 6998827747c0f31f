from prelude import Server, Socket, net, serve, target, watch


@serve()
def _(server: Server) -> None:
    connections = 0

    def on_connection(peer: Socket) -> None:
        nonlocal connections
        connections += 1
        watch(f"peer {connections}", peer)
        if connections == 2:
            server.close()

    def on_close(had_error: bool) -> None:
        client.connect(**target(server))
        client.end("second")

    server.on("connection", on_connection)
    client = watch("client", net.connect(**target(server)))
    client.end("first")
    client.once("close", on_close)
