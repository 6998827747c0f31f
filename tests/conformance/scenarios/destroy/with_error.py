from prelude import Server, Socket, pair, state, watch


@pair()
def _(client: Socket, peer: Socket, server: Server) -> None:
    fields = ("errored", "closed", "readable_aborted")
    watch("client", client)
    watch("peer", peer)
    client.destroy(Exception("on purpose"))
    state("client", client, "destroyed", "errored", "closed")
    client.on("error", lambda error: state("client", client, "errored", "closed"))
    client.on("close", lambda had_error: state("client", client, *fields))
