from prelude import Server, Socket, collect, pair, state, watch

DATA = (b"abcdefghijk" * 100000)[: 1 << 20]


@pair()
def _(client: Socket, peer: Socket, server: Server) -> None:
    watch("client", client, "end", "finish", "error", "close").resume()
    collect("peer", peer).remove_all_listeners("pause").remove_all_listeners("drain")
    client.end(DATA)
    peer.on("end", lambda: state("peer", peer, "bytes_read"))
    client.on("finish", lambda: state("client", client, "bytes_written", "writable_length"))
