from prelude import Server, Socket, pair, watch


@pair()
def _(client: Socket, peer: Socket, server: Server) -> None:
    watch("client", client.set_encoding("base64"))
    peer.end(bytes([0xFB, 0xFF, 0xFE, 1]))
