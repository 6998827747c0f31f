from prelude import Server, Socket, later, net, serve, target, watch


@serve()
def _(server: Server) -> None:
    def on_connection(peer: Socket) -> None:
        peer.end()
        server.close()

    watch("server", server)
    server.unref()
    server.ref()
    server.on("connection", on_connection)
    later(0.02, lambda: net.connect(**target(server)).resume())
