from prelude import Server, Socket, later, pair, state, watch


@pair(server={"allow_half_open": True})
def _(client: Socket, peer: Socket, server: Server) -> None:
    def on_finish() -> None:
        client.destroy_soon()
        state("client", client, "destroyed")

    watch("client", client)
    peer.resume().on("end", lambda: later(0.02, lambda: peer.destroy()))
    client.end()
    client.on("finish", on_finish)
