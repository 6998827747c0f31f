from prelude import Server, Socket, done, pair, watch


@pair()
def _(client: Socket, peer: Socket, server: Server) -> None:
    watch("client", client)
    watch("peer", peer)
    client.end("x", done("client", "first"))
    client.end(done("client", "second"))
    client.end()
    client.on("finish", lambda: client.end(done("client", "third")))
    client.on("close", lambda had_error: client.end(done("client", "fourth")))
