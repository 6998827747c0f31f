from prelude import Server, Socket, later, log, pair, state, watch

CHUNK = bytes(1 << 20)


@pair()
def _(client: Socket, peer: Socket, server: Server) -> None:
    def resume() -> None:
        log("client", "resuming")
        peer.resume()

    def on_drain() -> None:
        state("client", client, "writable_need_drain", "writable_length")
        client.end()

    watch("client", client, "drain", "finish", "error", "close").resume()
    peer.pause()
    writes = 0
    while client.write(CHUNK) and writes < 100:
        writes += 1
    log("client", "stopped", writes < 100)
    state("client", client, "writable_need_drain")
    log("client", "some queued", client.writable_length > 0)
    later(0.05, resume)
    client.once("drain", on_drain)
    peer.on("end", lambda: log("peer", "all", peer.bytes_read == (writes + 1) * len(CHUNK)))
