from prelude import Server, Socket, collect, pair, watch


@pair(server={"allow_half_open": True}, client={"allow_half_open": True})
def _(client: Socket, peer: Socket, server: Server) -> None:
    collect("client", client)
    watch("peer", peer)
    client.end()
    peer.on("end", lambda: peer.write("1", lambda *error: peer.end("2")))
