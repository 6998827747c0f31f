from prelude import Server, Socket, log, net, pair, state, watch

first, second = net.AbortController(), net.AbortController()
signal = net.AbortSignal.any([first.signal, second.signal])


@pair(client={"signal": signal})
def _(client: Socket, peer: Socket, server: Server) -> None:
    watch("client", client)
    second.abort("two")
    log("signal", signal.aborted, signal.reason, first.signal.aborted)
    state("client", client, "destroyed")
