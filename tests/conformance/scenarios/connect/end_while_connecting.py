from prelude import Server, Socket, collect, done, net, serve, state, target, watch


@serve()
def _(server: Server) -> None:
    def on_connection(peer: Socket) -> None:
        collect("peer", peer)
        server.close()

    server.on("connection", on_connection)
    client = watch("client", net.connect(**target(server)))
    client.end("early", done("client", "ended"))
    state(
        "client",
        client,
        "writable",
        "writable_ended",
        "writable_finished",
        "ready_state",
        "connecting",
    )
    client.on("connect", lambda: state("client", client, "writable", "ready_state"))
