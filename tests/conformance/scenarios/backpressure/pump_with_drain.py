from prelude import Server, Socket, pair, state, watch

CHUNK = b"pump" * 25000


@pair()
def _(client: Socket, peer: Socket, server: Server) -> None:
    left = 100

    def pump() -> None:
        nonlocal left
        while left > 0:
            left -= 1
            if not client.write(CHUNK):
                return
        client.end()

    client.on("drain", pump).resume()
    client.on("finish", lambda: state("client", client, "bytes_written", "writable_length"))
    watch("peer", peer, "end", "error", "close").resume()
    peer.on("close", lambda had_error: state("peer", peer, "bytes_read"))
    pump()
