from prelude import Server, Socket, later, log, observe, pair, state, watch


@pair()
def _(client: Socket, peer: Socket, server: Server) -> None:
    watch("client", client)
    observe("peer", peer)
    peer.pause()
    client.end("unread")

    def later_on() -> None:
        state("client", client, "ready_state", "destroyed")
        log("peer", "reading")
        peer.resume()

    client.on("finish", lambda: later(0.03, later_on))
