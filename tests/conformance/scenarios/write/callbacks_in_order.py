from prelude import Server, Socket, collect, done, log, pair, watch


@pair()
def _(client: Socket, peer: Socket, server: Server) -> None:
    watch("client", client)
    collect("peer", peer)
    log("client", "write", client.write("1", done("client", "written 1")))
    log("client", "write", client.write("2", done("client", "written 2")))
    log("client", "write", client.write("3", done("client", "written 3")))
    client.end(done("client", "ended"))
