from prelude import Server, Socket, net, serve, state, target, watch


@serve()
def _(server: Server) -> None:
    watch("server", server)

    @server.on("connection")
    def _(peer: Socket) -> None:
        watch("peer", peer)
        server.close()

    client = watch("client", net.connect(**target(server)))
    state("client", client, "connecting", "pending", "ready_state")

    @client.on("ready")
    def _() -> None:
        state("client", client, "connecting", "pending", "ready_state")
        client.end("hello")
