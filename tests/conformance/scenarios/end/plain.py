from prelude import Server, Socket, log, pair, state, watch

FIELDS = ("ready_state", "readable", "writable", "writable_ended", "writable_finished")


@pair()
def _(client: Socket, peer: Socket, server: Server) -> None:
    watch("client", client)
    watch("peer", peer)
    log("client", "itself", client.end() is client)
    state("client", client, *FIELDS)
    client.on("finish", lambda: state("client", client, *FIELDS))
    client.on("end", lambda: state("client", client, *FIELDS))
    peer.on("end", lambda: state("peer", peer, *FIELDS))
    peer.on("finish", lambda: state("peer", peer, *FIELDS))
