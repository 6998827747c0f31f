from prelude import Server, Socket, later, observe, pair, state


@pair()
def _(client: Socket, peer: Socket, server: Server) -> None:
    observe("client", client)
    client.pause()
    peer.end("unread")

    def later_on() -> None:
        state("client", client, "readable", "readable_ended", "readable_length", "ready_state")
        client.destroy()

    peer.on("finish", lambda: later(0.03, later_on))
