from prelude import Server, Socket, later, net, serve, target, watch


@serve()
def _(server: Server) -> None:
    def on_connection(peer: Socket) -> None:
        server.close()
        peer.resume()
        later(0.03, lambda: peer.end())

    server.on("connection", on_connection)
    client = watch("client", net.connect(**target(server)))
    client.unref()
    client.ref()
