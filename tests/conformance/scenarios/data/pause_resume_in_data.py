from prelude import Server, Socket, pair, watch


@pair()
def _(client: Socket, peer: Socket, server: Server) -> None:
    watch("client", client)

    @client.once("data")
    def _(chunk: bytes) -> None:
        client.pause()
        client.resume()
        client.pause()
        client.resume()
        peer.end("second")

    peer.write("first")
