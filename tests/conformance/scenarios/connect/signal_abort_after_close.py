from prelude import Server, Socket, net, pair, state, watch

controller = net.AbortController()


@pair(client={"signal": controller.signal})
def _(client: Socket, peer: Socket, server: Server) -> None:
    def on_close(had_error: bool) -> None:
        controller.abort()
        state("client", client, "errored")

    watch("client", client)
    peer.end()
    client.on("close", on_close)
