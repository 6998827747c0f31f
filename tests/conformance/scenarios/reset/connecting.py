from prelude import Socket, attempt, net, state, watch


@net.create_server
def server(peer: Socket) -> None:
    watch("peer", peer, "data", "end", "error", "close")
    server.close()


@server.on("listening")
def _() -> None:
    client = watch("client", net.connect(server.address().port, "127.0.0.1"))
    attempt("client", "reset", lambda: client.reset_and_destroy())
    state("client", client, "destroyed", "connecting")


server.listen(0, "127.0.0.1")
