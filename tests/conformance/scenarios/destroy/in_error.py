from prelude import Server, Socket, pair, watch


@pair()
def _(client: Socket, peer: Socket, server: Server) -> None:
    watch("client", client)
    peer.resume()
    client.on("error", lambda error: client.destroy(Exception("again")))
    client.destroy(Exception("once"))
