from prelude import Server, Socket, collect, later, log, pair, watch

DATA = bytes(16 << 20)


@pair()
def _(client: Socket, peer: Socket, server: Server) -> None:
    def read() -> None:
        log("peer", "little read", peer.bytes_read < 1 << 20)
        log("client", "unsent", client.writable_length > 0)
        collect("peer", peer)
        peer.resume()

    watch("client", client, "finish", "end", "close").resume()
    peer.pause()
    client.end(DATA)
    later(0.1, read)
