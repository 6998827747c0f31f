from prelude import Server, Socket, log, pair, watch


@pair()
def _(client: Socket, peer: Socket, server: Server) -> None:
    log("client", client.unref() is client, client.ref() is client)
    watch("client", client)
    peer.end()
