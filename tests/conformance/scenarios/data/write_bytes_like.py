from prelude import Server, Socket, collect, pair


@pair()
def _(client: Socket, peer: Socket, server: Server) -> None:
    collect("peer", peer)
    client.write(bytearray(b"ab"))
    client.write(memoryview(b"xcdx")[1:3])
    client.write(b"ef")
    client.resume()
    client.end(bytearray(b"g"))
