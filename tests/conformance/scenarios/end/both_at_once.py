from prelude import Server, Socket, pair, watch


@pair()
def _(client: Socket, peer: Socket, server: Server) -> None:
    watch("client", client, "data", "end", "error", "close")
    watch("peer", peer, "data", "end", "error", "close")
    client.end("from client")
    peer.end("from peer")
