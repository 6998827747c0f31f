from prelude import Server, Socket, later, log, pair, watch


@pair(server={"allow_half_open": True})
def _(client: Socket, peer: Socket, server: Server) -> None:
    def destroy() -> None:
        log("peer", "still open", peer.ready_state)
        peer.destroy()

    watch("client", client)
    watch("peer", peer)
    client.end()
    peer.on("end", lambda: later(0.05, destroy))
