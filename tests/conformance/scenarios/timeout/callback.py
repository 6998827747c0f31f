from prelude import Server, Socket, log, pair, watch


@pair()
def _(client: Socket, peer: Socket, server: Server) -> None:
    def callback() -> None:
        log("client", "callback", client.listener_count("timeout"))
        client.destroy()

    watch("client", client)
    peer.resume()
    client.set_timeout(0.03, callback)
