from prelude import Server, Socket, net, serve, target, watch


@serve()
def _(server: Server) -> None:
    def on_connection(peer: Socket) -> None:
        watch("peer", peer)
        server.close()

    server.on("connection", on_connection)
    client = watch("client", net.connect(**target(server)))
    client.on("connect", lambda: client.destroy())
