from prelude import Server, Socket, later, log, pair, watch


@pair()
def _(client: Socket, peer: Socket, server: Server) -> None:
    watch("client", client)

    def resume() -> None:
        log("client", "resuming")
        client.resume()
        peer.end()

    @client.once("data")
    def _(chunk: bytes) -> None:
        client.pause()
        peer.write("second")
        later(0.03, resume)

    peer.write("first")
