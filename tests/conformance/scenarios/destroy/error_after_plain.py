from prelude import Server, Socket, pair, watch


@pair()
def _(client: Socket, peer: Socket, server: Server) -> None:
    watch("client", client)
    peer.resume()
    client.destroy()
    client.destroy(Exception("too late"))
