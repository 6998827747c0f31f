from prelude import Server, Socket, later, pair, watch


@pair(server={"allow_half_open": True})
def _(client: Socket, peer: Socket, server: Server) -> None:
    watch("client", client)
    peer.resume().on("end", lambda: later(0.02, lambda: peer.end()))
    client.on("finish", lambda: client.destroy())
    client.end()
