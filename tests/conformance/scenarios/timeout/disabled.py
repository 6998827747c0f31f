from prelude import Server, Socket, later, pair, state, watch


@pair()
def _(client: Socket, peer: Socket, server: Server) -> None:
    watch("client", client)
    peer.resume()
    state("client", client, "timeout")
    client.set_timeout(0.03)
    client.set_timeout(0)
    state("client", client, "timeout")
    later(0.15, lambda: client.end())
