from prelude import Server, Socket, log, pair, state, watch


@pair()
def _(client: Socket, peer: Socket, server: Server) -> None:
    def on_timeout() -> None:
        state("client", client, "destroyed", "ready_state")
        client.end()

    watch("client", client)
    peer.resume()
    returned = client.set_timeout(0.05)
    log("client", "itself", returned is client)
    log("client", "timeout", client.timeout)
    client.on("timeout", on_timeout)
