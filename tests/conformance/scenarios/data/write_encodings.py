from prelude import Server, Socket, collect, pair


@pair()
def _(client: Socket, peer: Socket, server: Server) -> None:
    collect("peer", peer)
    client.write("6162", "hex")
    client.write("Y2Q=", "base64")
    client.write("\xe9", "latin1")
    client.write("\xe9", "utf8")
    client.write("e", "utf16le")
    client.write("-_8", "base64url")
    client.end("66", "hex")
    client.resume()
