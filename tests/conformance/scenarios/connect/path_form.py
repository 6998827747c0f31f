from prelude import Socket, log, net, path, state, watch


@net.create_server
def server(peer: Socket) -> None:
    peer.end("unix")
    server.close()


def on_listening() -> None:
    client = net.connect(path("s"), lambda: log("client", "listener"))
    watch("client", client)
    state("client", client, "connecting", "ready_state")


server.listen(path("s"), on_listening)
