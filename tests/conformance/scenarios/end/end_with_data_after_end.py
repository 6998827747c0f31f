from prelude import Server, Socket, done, pair, watch


@pair()
def _(client: Socket, peer: Socket, server: Server) -> None:
    watch("client", client)
    peer.resume().on("error", lambda error: None)
    client.end()
    client.end("y", done("client", "ended"))
