from prelude import Server, Socket, later, log, pair, state, watch

FIELDS = ("allow_half_open", "ready_state", "readable", "writable", "writable_ended")


@pair(client={"allow_half_open": True})
def _(client: Socket, peer: Socket, server: Server) -> None:
    def answer() -> None:
        state("client", client, *FIELDS)
        log("client", "write", client.write("more"))
        client.end()

    watch("client", client)
    watch("peer", peer)
    state("client", client, *FIELDS)
    client.on("end", lambda: later(0.02, answer))
    peer.end("first")
