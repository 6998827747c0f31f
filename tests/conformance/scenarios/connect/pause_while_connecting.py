from prelude import Server, Socket, later, log, net, serve, target, watch


@serve()
def _(server: Server) -> None:
    def on_connection(peer: Socket) -> None:
        peer.end("late")
        server.close()

    def on_ready() -> None:
        log("client", "paused", client.is_paused())
        later(0.03, lambda: client.resume())

    server.on("connection", on_connection)
    client = watch("client", net.connect(**target(server)))
    client.pause()
    client.on("ready", on_ready)
