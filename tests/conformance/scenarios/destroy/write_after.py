from prelude import Server, Socket, attempt, done, pair, watch


@pair()
def _(client: Socket, peer: Socket, server: Server) -> None:
    def write(label: str) -> None:
        attempt("client", "write", lambda: client.write("nothing", done("client", label)))

    watch("client", client)
    watch("peer", peer, "data", "end", "close")
    client.destroy()
    write("written")
    client.on("close", lambda had_error: write("written again"))
