from prelude import Socket, later, log, net, state, watch


@net.create_server
def server(peer: Socket) -> None:
    watch("peer", peer)
    server.close()


@server.on("listening")
def _() -> None:
    client = watch("client", net.connect(server.address().port, "127.0.0.1"))

    def reset() -> None:
        log("client", "itself", client.reset_and_destroy() is client)
        state("client", client, "destroyed", "ready_state")

    server.on("connection", lambda peer: later(0.01, reset))


server.listen(0, "127.0.0.1")
