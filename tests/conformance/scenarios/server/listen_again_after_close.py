from prelude import Server, Socket, endpoint, net, serve, target, watch


@serve()
def _(server: Server) -> None:
    def on_connection(peer: Socket) -> None:
        peer.end("again")
        server.close()

    def on_listening() -> None:
        server.on("connection", on_connection)
        watch("client", net.connect(**target(server)))

    watch("server", server)
    server.close()
    server.once("close", lambda: server.listen(**endpoint(), callback=on_listening))
