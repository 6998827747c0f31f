from prelude import Server, Socket, net, serve, state, target, watch


@serve()
def _(server: Server) -> None:
    connections = 0

    def on_connection(peer: Socket) -> None:
        nonlocal connections
        connections += 1
        peer.end(f"connection {connections}")
        if connections == 2:
            server.close()

    def on_close(had_error: bool) -> None:
        state("client", client, "destroyed", "closed", "ready_state", "bytes_read")
        client.connect(**target(server))
        state("client", client, "destroyed", "closed", "ready_state", "connecting", "bytes_read")
        client.once("close", lambda had_error: state("client", client, "destroyed", "bytes_read"))

    server.on("connection", on_connection)
    client = watch("client", net.connect(**target(server)))
    client.once("close", on_close)
