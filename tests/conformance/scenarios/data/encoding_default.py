from prelude import Server, Socket, pair, state, watch


@pair()
def _(client: Socket, peer: Socket, server: Server) -> None:
    client.set_encoding()
    state("client", client, "readable_encoding")
    watch("client", client)
    peer.end("plain")
