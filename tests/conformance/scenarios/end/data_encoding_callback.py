from prelude import Server, Socket, done, pair, watch


@pair()
def _(client: Socket, peer: Socket, server: Server) -> None:
    watch("client", client)
    watch("peer", peer)
    client.end("6869", "hex", done("client", "ended"))
