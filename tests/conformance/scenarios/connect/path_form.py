from prelude import log, net, path, state, watch

server = net.create_server(lambda peer: peer.end("unix"))


def on_listening() -> None:
    def on_connect() -> None:
        log("client", "listener")
        server.close()

    client = net.connect(path("s"), on_connect)
    watch("client", client)
    state("client", client, "connecting", "ready_state")


server.listen(path("s"), on_listening)
