from prelude import Server, Socket, done, later, log, net, serve, state, target, watch


@serve()
def _(server: Server) -> None:
    def end() -> None:
        log("server", "ending")
        client.end()

    def on_connection(peer: Socket) -> None:
        peer.resume()
        peer.on("close", lambda had_error: log("server", "peer closed"))
        server.close(done("server", "closed"))
        state("server", server, "listening")
        later(0.05, end)

    watch("server", server)
    server.on("connection", on_connection)
    client = net.connect(**target(server))
    client.resume()
