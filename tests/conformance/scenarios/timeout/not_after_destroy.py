from prelude import Server, Socket, later, log, pair, watch


@pair()
def _(client: Socket, peer: Socket, server: Server) -> None:
    watch("client", client)
    peer.resume()
    client.set_timeout(0.02)
    client.destroy()
    later(0.1, lambda: log("client", "later"))
