from prelude import Server, Socket, attempt, pair, watch


@pair()
def _(client: Socket, peer: Socket, server: Server) -> None:
    watch("client", client)
    watch("peer", peer)
    attempt("client", "destroy_soon", lambda: client.destroy_soon())
    client.destroy_soon()
