from prelude import Server, Socket, collect, done, pair, state, watch


@pair()
def _(client: Socket, peer: Socket, server: Server) -> None:
    watch("client", client)
    collect("peer", peer)
    client.write(b"q" * 200000, done("client", "written"))
    client.destroy_soon()
    state("client", client, "destroyed", "writable", "writable_ended")
