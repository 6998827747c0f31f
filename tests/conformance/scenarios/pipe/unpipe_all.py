from prelude import Server, Socket, pair, watch


@pair()
def _(client: Socket, peer: Socket, server: Server) -> None:
    @pair()
    def _(other: Socket, sink: Socket, server: Server) -> None:
        watch("other", other, "pipe", "unpipe", "finish", "close").resume()
        watch("client", client, "pipe", "unpipe")
        sink.resume()
        peer.pipe(other)
        peer.pipe(client)
        peer.unpipe()
        peer.unpipe()
        other.end()
        peer.destroy()
        client.destroy()
