from prelude import Server, Socket, collect, pair


@pair()
def _(client: Socket, peer: Socket, server: Server) -> None:
    @pair()
    def _(other: Socket, sink: Socket, server: Server) -> None:
        collect("sink", sink)
        collect("client", client)
        other.resume()
        peer.pipe(other)
        peer.pipe(peer)
        client.end("to both")
