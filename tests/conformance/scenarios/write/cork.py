from prelude import Server, Socket, done, log, pair, state, watch


@pair()
def _(client: Socket, peer: Socket, server: Server) -> None:
    watch("client", client)
    watch("peer", peer)
    client.cork()
    state("client", client, "writable_corked")
    log("client", "write", client.write("a", done("client", "written a")))
    log("client", "write", client.write("b", done("client", "written b")))
    state("client", client, "writable_length", "bytes_written")
    client.cork()
    client.uncork()
    state("client", client, "writable_corked", "writable_length")
    client.write("c", done("client", "written c"))
    client.uncork()
    state("client", client, "writable_corked", "writable_length", "bytes_written")
    peer.once("data", lambda chunk: client.end())
