from prelude import Server, Socket, log, pair, state, watch

DATA = (b"large echo " * 500000)[:5000000]


@pair()
def _(client: Socket, peer: Socket, server: Server) -> None:
    peer.pipe(peer)
    chunks: list[bytes] = []
    client.on("data", chunks.append)
    client.on("end", lambda: log("client", "same", b"".join(chunks) == DATA))
    watch("client", client, "finish", "end", "error", "close").end(DATA)
    peer.on("close", lambda had_error: state("peer", peer, "bytes_read", "bytes_written"))
