from prelude import Server, Socket, log, observe, pair


@pair()
def _(client: Socket, peer: Socket, server: Server) -> None:
    observe("client", client)
    client.pause()
    client.on("data", lambda chunk: log("client", "data", chunk))
    peer.write("abcdef")

    @client.once("readable")
    def _() -> None:
        log("client", "before")
        log("client", "read", client.read(4))
        log("client", "after")
        peer.end()
        client.on("readable", lambda: log("client", "rest", client.read()))
