from prelude import Server, Socket, log, pair, watch


@pair()
def _(client: Socket, peer: Socket, server: Server) -> None:
    client.set_encoding("utf8")
    watch("client", client)
    client.on("data", lambda text: log("client", "length", len(text)))
    peer.end(b"ab\xe2\x82")
