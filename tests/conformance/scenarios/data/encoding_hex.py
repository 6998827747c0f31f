from prelude import Server, Socket, pair, watch


@pair()
def _(client: Socket, peer: Socket, server: Server) -> None:
    watch("client", client.set_encoding("hex"))
    peer.end(bytes([0, 1, 0xFE, 0xFF]))
