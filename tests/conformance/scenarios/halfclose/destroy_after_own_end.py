from prelude import Server, Socket, pair, state, watch


@pair(server={"allow_half_open": True})
def _(client: Socket, peer: Socket, server: Server) -> None:
    def on_finish() -> None:
        client.destroy()
        state("client", client, "ready_state", "destroyed")

    watch("client", client)
    watch("peer", peer)
    client.end()
    client.on("finish", on_finish)
    peer.on("end", lambda: peer.end())
