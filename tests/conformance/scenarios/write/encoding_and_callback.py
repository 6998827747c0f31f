from prelude import Server, Socket, collect, done, pair


@pair()
def _(client: Socket, peer: Socket, server: Server) -> None:
    client.resume()
    collect("peer", peer)
    client.write("6162", "hex", done("client", "written"))
    client.end()
