from prelude import Server, Socket, done, endpoint, net, serve, state, target, watch


@serve()
def _(server: Server) -> None:
    def on_connection(peer: Socket) -> None:
        peer.end("again")
        server.close(done("server", "closed again"))

    def on_listening() -> None:
        server.on("connection", on_connection)
        watch("client", net.connect(**target(server)))

    watch("server", server)
    server.close(done("server", "closed"))
    state("server", server, "listening")
    server.listen(**endpoint(), callback=on_listening)
