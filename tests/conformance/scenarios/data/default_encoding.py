from prelude import Server, Socket, attempt, collect, log, pair


@pair()
def _(client: Socket, peer: Socket, server: Server) -> None:
    collect("peer", peer)
    log("client", "itself", client.set_default_encoding("hex") is client)
    client.write("6162")
    client.write(b"63")
    client.write("64", "utf8")
    attempt("client", "unknown", lambda: client.set_default_encoding("klingon"))
    client.resume()
    client.end()
