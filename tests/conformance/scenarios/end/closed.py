from prelude import Server, Socket, attempt, done, pair, watch


@pair()
def _(client: Socket, peer: Socket, server: Server) -> None:
    def on_close(had_error: bool) -> None:
        attempt("client", "end", lambda: client.end())
        attempt("client", "end", lambda: client.end("x", done("client", "ended")))

    watch("client", client)
    peer.resume()
    client.end()
    client.on("close", on_close)
