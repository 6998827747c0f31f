from prelude import Server, Socket, log, pair, watch


@pair()
def _(client: Socket, peer: Socket, server: Server) -> None:
    watch("client", client)
    client.on("data", lambda chunk: log("client", "second", chunk))
    client.prepend_listener("data", lambda chunk: log("client", "zeroth", chunk))
    peer.end("both")
