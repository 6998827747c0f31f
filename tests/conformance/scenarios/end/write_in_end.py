from prelude import Server, Socket, log, pair, watch


@pair()
def _(client: Socket, peer: Socket, server: Server) -> None:
    watch("client", client)
    watch("peer", peer)
    peer.on("end", lambda: log("peer", "write", peer.write("still open")))
    client.end()
