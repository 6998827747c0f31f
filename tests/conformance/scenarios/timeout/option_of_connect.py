from prelude import Server, Socket, log, net, serve, target, watch


@serve()
def _(server: Server) -> None:
    def on_connection(peer: Socket) -> None:
        peer.resume()
        server.close()

    server.on("connection", on_connection)
    client = watch("client", net.connect(**target(server), timeout=0.05))
    log("client", "timeout", client.timeout)
    client.on("timeout", lambda: client.destroy())
