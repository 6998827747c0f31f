from prelude import Server, Socket, net, serve, state, target, watch


@serve()
def _(server: Server) -> None:
    def on_connection(peer: Socket) -> None:
        peer.on("error", lambda error: None)
        peer.resume()
        peer.on("end", lambda: server.close())

    def on_connect() -> None:
        client.destroy()
        client.once(
            "close",
            lambda had_error: state(
                "client", client, "destroyed", "ready_state", "writable", "readable"
            ),
        )

    server.on("connection", on_connection)
    client = watch("client", net.connect(**target(server)))
    client.once("connect", on_connect)
