from prelude import Server, Socket, done, pair, watch


@pair()
def _(client: Socket, peer: Socket, server: Server) -> None:
    watch("client", client)
    watch("peer", peer)
    client.write("sent already", done("client", "written"))
    client.destroy()
