from prelude import Server, Socket, pair, watch


@pair()
def _(client: Socket, peer: Socket, server: Server) -> None:
    watch("client", client)
    peer.resume()
    client.destroy(Exception("first"))
    client.destroy(Exception("second"))
    client.destroy()
    client.on("close", lambda had_error: client.destroy(Exception("third")))
