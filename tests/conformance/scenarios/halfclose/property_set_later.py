from prelude import Server, Socket, later, pair, state, watch


@pair()
def _(client: Socket, peer: Socket, server: Server) -> None:
    def answer() -> None:
        state("peer", peer, "ready_state")
        peer.end("still")

    watch("client", client)
    watch("peer", peer)
    peer.allow_half_open = True
    client.end()
    peer.on("end", lambda: later(0.02, answer))
