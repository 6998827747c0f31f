from prelude import Server, Socket, collect, done, pair, watch

DATA = (b"xyz" * 200000)[:400000]


@pair(server={"allow_half_open": True})
def _(client: Socket, peer: Socket, server: Server) -> None:
    collect("client", client)
    watch("peer", peer, "data", "end", "finish", "error", "close")
    client.end()
    peer.on("end", lambda: peer.end(DATA, done("peer", "ended")))
