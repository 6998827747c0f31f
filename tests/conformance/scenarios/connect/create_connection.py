from prelude import Server, Socket, log, net, serve, target, watch


@serve()
def _(server: Server) -> None:
    def on_connection(peer: Socket) -> None:
        peer.end()
        server.close()

    server.on("connection", on_connection)
    client = net.create_connection(
        **target(server), connect_listener=lambda: log("client", "listener")
    )
    watch("client", client)
