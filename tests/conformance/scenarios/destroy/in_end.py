from prelude import Server, Socket, pair, watch


@pair()
def _(client: Socket, peer: Socket, server: Server) -> None:
    watch("client", client)
    watch("peer", peer)
    client.on("end", lambda: client.destroy())
    peer.end("bye")
