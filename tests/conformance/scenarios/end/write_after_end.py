from prelude import Server, Socket, done, log, pair, state, watch


@pair()
def _(client: Socket, peer: Socket, server: Server) -> None:
    watch("client", client)
    watch("peer", peer, "data", "end", "close")
    client.end("x")
    log("client", "write", client.write("y", done("client", "written")))
    state("client", client, "destroyed", "errored")
