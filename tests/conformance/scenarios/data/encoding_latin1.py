from prelude import Server, Socket, pair, watch


@pair()
def _(client: Socket, peer: Socket, server: Server) -> None:
    watch("client", client.set_encoding("latin1"))
    peer.end(bytes([0x61, 0xE9, 0xFF]))
