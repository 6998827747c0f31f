from prelude import Server, Socket, log, net, serve, target, watch


@serve()
def _(server: Server) -> None:
    def on_connection(peer: Socket) -> None:
        peer.resume()
        options = target(server)
        server.close()
        late = watch("late", net.connect(**options), "connect", "close")
        late.on("error", lambda error: log("late", "error", error.syscall))
        late.on("close", lambda had_error: client.end())

    server.on("connection", on_connection)
    client = watch("client", net.connect(**target(server)))
