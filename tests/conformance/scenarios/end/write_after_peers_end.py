from prelude import Server, Socket, attempt, done, later, pair, watch


@pair()
def _(client: Socket, peer: Socket, server: Server) -> None:
    watch("client", client, "end", "error", "close").resume()
    watch("peer", peer)

    def write() -> None:
        attempt("peer", "write", lambda: peer.write("too late", done("peer", "written")))

    peer.on("end", lambda: later(0.02, write))
    client.end()
