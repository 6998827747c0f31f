from prelude import Server, Socket, attempt, done, pair, watch


@pair()
def _(client: Socket, peer: Socket, server: Server) -> None:
    watch("client", client)
    peer.resume()
    client.destroy()
    attempt("client", "end", lambda: client.end("x", done("client", "ended")))
