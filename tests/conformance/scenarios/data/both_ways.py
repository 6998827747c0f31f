from prelude import Server, Socket, pair, watch


@pair()
def _(client: Socket, peer: Socket, server: Server) -> None:
    watch("client", client)
    watch("peer", peer)
    client.write("ping")
    peer.once("data", lambda chunk: peer.write("pong"))
    client.once("data", lambda chunk: client.end("bye"))
