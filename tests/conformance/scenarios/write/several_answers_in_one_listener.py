from prelude import Server, Socket, collect, done, log, pair, state, watch


@pair()
def _(client: Socket, peer: Socket, server: Server) -> None:
    watch("peer", peer)
    collect("client", client)

    @peer.once("data")
    def _(chunk: bytes) -> None:
        for i in range(16):
            log("peer", "write", peer.write(f"{i};", done("peer", f"written {i}")))
        state("peer", peer, "bytes_written", "writable_length")
        client.end()

    client.write("go")
