from prelude import Server, Socket, net, serve, state, target, watch


@serve()
def _(server: Server) -> None:
    def on_connection(peer: Socket) -> None:
        watch("peer", peer)
        server.close()

    server.on("connection", on_connection)
    client = watch("client", net.connect(**target(server)))
    client.write("first")
    client.destroy_soon()
    state("client", client, "destroyed", "connecting")
