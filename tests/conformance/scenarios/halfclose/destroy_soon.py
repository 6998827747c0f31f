from prelude import Server, Socket, attempt, pair, state, watch


@pair(server={"allow_half_open": True})
def _(client: Socket, peer: Socket, server: Server) -> None:
    def on_end() -> None:
        peer.write("kept")
        attempt("peer", "destroy_soon", lambda: peer.destroy_soon())
        state("peer", peer, "destroyed", "writable")

    watch("client", client)
    watch("peer", peer)
    client.end()
    peer.on("end", on_end)
