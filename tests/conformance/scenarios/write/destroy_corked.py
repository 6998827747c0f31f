from prelude import Server, Socket, done, pair, watch


@pair()
def _(client: Socket, peer: Socket, server: Server) -> None:
    watch("client", client)
    watch("peer", peer)
    client.cork()
    client.write("a", done("client", "written a"))
    client.write("b", done("client", "written b"))
    client.destroy()
