from prelude import Server, Socket, later, pair, state, watch

FIELDS = ("allow_half_open", "ready_state", "readable", "writable", "writable_ended")


@pair(server={"allow_half_open": True})
def _(client: Socket, peer: Socket, server: Server) -> None:
    def answer() -> None:
        state("peer", peer, *FIELDS)
        peer.end("the answer")

    def on_end() -> None:
        state("peer", peer, *FIELDS)
        later(0.02, answer)

    watch("client", client)
    watch("peer", peer)
    state("peer", peer, *FIELDS)
    peer.on("end", on_end)
    client.end("the question")
    client.on("finish", lambda: state("client", client, *FIELDS))
