from prelude import Server, Socket, log, pair, watch


@pair()
def _(client: Socket, peer: Socket, server: Server) -> None:
    watch("client", client)
    watch("peer", peer, "end", "close").resume()
    peer.on("error", lambda error: None)
    client.on("data", lambda chunk: client.destroy())
    client.on("data", lambda chunk: log("client", "second listener"))
    peer.write("one")
