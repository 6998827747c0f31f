from prelude import Server, Socket, log, pair, state, watch

FIELDS = ("destroyed", "closed", "ready_state", "readable", "writable", "pending", "errored")


@pair()
def _(client: Socket, peer: Socket, server: Server) -> None:
    watch("client", client)
    watch("peer", peer)
    log("client", "itself", client.destroy() is client)
    state("client", client, *FIELDS)
    client.on("close", lambda had_error: state("client", client, *FIELDS))
