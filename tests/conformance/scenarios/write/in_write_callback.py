from prelude import Server, Socket, collect, log, pair, watch


@pair()
def _(client: Socket, peer: Socket, server: Server) -> None:
    def written_1(*error: object) -> None:
        log("client", "written 1")
        client.write("2", written_2)

    def written_2(*error: object) -> None:
        log("client", "written 2")
        client.end("3", lambda *error: log("client", "ended"))

    watch("client", client)
    collect("peer", peer)
    client.write("1", written_1)
