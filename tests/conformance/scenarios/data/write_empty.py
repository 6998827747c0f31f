from prelude import Server, Socket, collect, done, log, pair, state, watch


@pair()
def _(client: Socket, peer: Socket, server: Server) -> None:
    collect("peer", peer)
    watch("client", client)
    log("client", "write", client.write("", done("client", "written 1")))
    log("client", "write", client.write(b"", done("client", "written 2")))
    state("client", client, "writable_length", "bytes_written")
    client.end("", done("client", "ended"))
