from prelude import Server, Socket, log, observe, pair, state


@pair()
def _(client: Socket, peer: Socket, server: Server) -> None:
    observe("client", client)

    @client.once("readable")
    def _() -> None:
        log("client", "read", client.read(2))
        state("client", client, "readable_length")
        log("client", "read", client.read(100))
        log("client", "read", client.read(0))
        log("client", "read", client.read(3))
        state("client", client, "readable_length")
        log("client", "read", client.read())
        log("client", "read", client.read())
        state("client", client, "readable_length", "bytes_read", "readable_did_read")
        peer.end()
        client.resume()

    peer.write("0123456789")
