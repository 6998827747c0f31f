from prelude import Server, Socket, pair, watch


@pair()
def _(client: Socket, peer: Socket, server: Server) -> None:
    watch("client", client.set_encoding("utf16le"))
    peer.end("héllo".encode("utf-16-le"))
