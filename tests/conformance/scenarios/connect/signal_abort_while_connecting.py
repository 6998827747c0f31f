from prelude import Server, net, serve, state, target, watch


@serve()
def _(server: Server) -> None:
    controller = net.AbortController()
    client = net.connect(**target(server), signal=controller.signal)
    watch("client", client)
    controller.abort()
    state("client", client, "destroyed", "connecting")
    client.on("close", lambda had_error: server.close())
