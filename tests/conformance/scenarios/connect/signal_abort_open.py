from prelude import Server, Socket, net, pair, state, watch

controller = net.AbortController()


@pair(client={"signal": controller.signal})
def _(client: Socket, peer: Socket, server: Server) -> None:
    watch("client", client)
    watch("peer", peer)
    controller.abort()
    state("client", client, "destroyed", "ready_state")
