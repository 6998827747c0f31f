from prelude import Server, Socket, collect, pair, state


@pair()
def _(client: Socket, peer: Socket, server: Server) -> None:
    client.resume()
    collect("peer", peer)
    for i in range(1000):
        client.write(f"{i},")
    client.end()
    client.on("finish", lambda: state("client", client, "bytes_written"))
