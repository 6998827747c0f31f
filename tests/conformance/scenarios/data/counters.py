from prelude import Server, Socket, pair, state, watch

FIELDS = ("bytes_read", "bytes_written", "buffer_size")


@pair()
def _(client: Socket, peer: Socket, server: Server) -> None:
    watch("client", client)
    watch("peer", peer)
    client.write("12345")

    @peer.once("data")
    def _(chunk: bytes) -> None:
        state("peer", peer, *FIELDS)
        peer.end("678")

    client.on("close", lambda had_error: state("client", client, *FIELDS))
    peer.on("close", lambda had_error: state("peer", peer, *FIELDS))
