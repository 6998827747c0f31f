from prelude import Server, Socket, pair, state, watch


@pair()
def _(client: Socket, peer: Socket, server: Server) -> None:
    peer.write("\u20ac")

    @client.once("readable")
    def _() -> None:
        state("client", client, "readable_length")
        client.set_encoding("utf8")
        state("client", client, "readable_length")
        watch("client", client)
        peer.end()
