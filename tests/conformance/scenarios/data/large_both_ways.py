from prelude import Server, Socket, collect, pair

DATA = (b"abcdefghijk" * 100000)[: 1 << 20]


@pair()
def _(client: Socket, peer: Socket, server: Server) -> None:
    collect("client", client).remove_all_listeners("drain").remove_all_listeners("finish")
    collect("peer", peer).remove_all_listeners("drain").remove_all_listeners("finish")
    client.end(DATA)
    peer.end(DATA[1:])
