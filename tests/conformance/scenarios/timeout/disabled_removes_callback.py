from prelude import Server, Socket, log, pair


@pair()
def _(client: Socket, peer: Socket, server: Server) -> None:
    def callback() -> None:
        log("client", "never")

    peer.resume()
    client.resume()
    client.set_timeout(1, callback)
    log("client", "count", client.listener_count("timeout"))
    client.set_timeout(0, callback)
    log("client", "count", client.listener_count("timeout"))
    client.end()
