from prelude import Server, Socket, net, pair, serve, target, watch


@serve()
def _(server: Server) -> None:
    def on_connection(peer: Socket) -> None:
        watch("peer", peer, "data", "end", "close")
        server.close()

    server.on("connection", on_connection)

    @pair()
    def _(client: Socket, peer: Socket, inner: Server) -> None:
        outer = net.connect(**target(server))
        watch("outer", outer, "pipe", "connect", "unpipe", "finish", "close").resume()
        peer.pipe(outer)
        client.resume()
        client.end("early bytes")
