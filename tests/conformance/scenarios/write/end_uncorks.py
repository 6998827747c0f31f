from prelude import Server, Socket, pair, state, watch


@pair()
def _(client: Socket, peer: Socket, server: Server) -> None:
    watch("client", client)
    watch("peer", peer)
    client.cork()
    client.cork()
    client.write("a")
    client.end("b")
    state("client", client, "writable_corked")
