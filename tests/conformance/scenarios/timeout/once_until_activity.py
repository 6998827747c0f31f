from prelude import Server, Socket, later, log, pair, watch


@pair()
def _(client: Socket, peer: Socket, server: Server) -> None:
    def write() -> None:
        log("client", "writing")
        client.write("x")
        later(0.25, lambda: client.end())

    watch("client", client)
    peer.resume()
    client.set_timeout(0.03)
    later(0.25, write)
