from prelude import Socket, attempt, net, path, state, watch


@net.create_server
def server(peer: Socket) -> None:
    watch("peer", peer)
    server.close()


@server.on("listening")
def _() -> None:
    client = watch("client", net.connect(path("s")))

    def on_ready() -> None:
        attempt("client", "reset", lambda: client.reset_and_destroy() is client)
        state("client", client, "destroyed")
        client.destroy()

    client.on("ready", on_ready)


server.listen(path("s"))
