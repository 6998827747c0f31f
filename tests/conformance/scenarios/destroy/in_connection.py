from prelude import Server, Socket, net, serve, target, watch


@serve()
def _(server: Server) -> None:
    def on_connection(peer: Socket) -> None:
        watch("peer", peer)
        peer.destroy()
        server.close()

    events = ("connect", "ready", "data", "end", "error", "close")
    server.on("connection", on_connection)
    watch("client", net.connect(**target(server)), *events)
