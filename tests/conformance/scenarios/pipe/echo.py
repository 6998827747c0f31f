from prelude import Server, Socket, collect, log, pair, watch


@pair()
def _(client: Socket, peer: Socket, server: Server) -> None:
    watch("peer", peer, "pipe", "unpipe", "end", "finish", "error", "close")
    log("peer", "destination", peer.pipe(peer) is peer)
    collect("client", client)
    client.end("there and back")
