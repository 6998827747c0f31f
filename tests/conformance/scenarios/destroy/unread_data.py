from prelude import Server, Socket, later, observe, pair, state, watch


@pair()
def _(client: Socket, peer: Socket, server: Server) -> None:
    def destroy() -> None:
        state("client", client, "readable_length")
        client.destroy()
        state("client", client, "readable_length", "readable_aborted")

    observe("client", client)
    watch("peer", peer, "finish")
    peer.on("error", lambda error: None).resume()
    peer.write("never read", lambda *error: later(0.02, destroy))
