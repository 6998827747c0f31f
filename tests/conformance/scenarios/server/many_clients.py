from prelude import Server, collect, log, net, serve, target


@serve()
def _(server: Server) -> None:
    answered = 0

    def on_close(had_error: bool) -> None:
        nonlocal answered
        answered += 1
        if answered == 30:
            server.close(lambda *error: log("server", "closed"))

    server.on("connection", lambda peer: peer.pipe(peer))
    for i in range(30):
        client = collect(f"client {i}", net.connect(**target(server)))
        client.remove_all_listeners("finish")
        client.end(f"number {i}")
        client.on("close", on_close)
