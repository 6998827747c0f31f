from prelude import Server, Socket, log, pair, watch


@pair()
def _(client: Socket, peer: Socket, server: Server) -> None:
    def written(*error: object) -> None:
        log("client", "written")
        client.destroy()

    watch("client", client)
    watch("peer", peer)
    client.write("one", written)
