from prelude import Server, Socket, done, endpoint, later, log, net, serve, state, target, watch


@serve()
def _(server: Server) -> None:
    def look() -> None:
        state("server", server, "listening")
        server.close(done("server", "closed again"))

    def on_listening() -> None:
        client.end()
        later(0.05, look)

    def on_connection(peer: Socket) -> None:
        peer.resume()
        peer.on("close", lambda had_error: log("server", "peer closed"))
        server.close(done("server", "closed"))
        server.listen(**endpoint(), callback=on_listening)

    watch("server", server)
    server.once("connection", on_connection)
    client = net.connect(**target(server))
    client.resume()
