from prelude import Server, Socket, pair, watch


@pair(server={"allow_half_open": True})
def _(client: Socket, peer: Socket, server: Server) -> None:
    watch("client", client)
    watch("peer", peer)
    client.end()
    peer.on("end", lambda: peer.destroy())
