from prelude import Server, Socket, log, net, observe, serve, state, target


@serve()
def _(server: Server) -> None:
    connections = 0

    def on_connection(peer: Socket) -> None:
        nonlocal connections
        connections += 1
        log("server", "connection", connections)
        peer.on("error", lambda error: None)
        peer.write(f"connection {connections}")
        if connections == 2:
            server.close()

    def on_data(chunk: bytes) -> None:
        log("client", "data", chunk)
        client.destroy()

    def on_connect() -> None:
        client.destroy()
        client.connect(**target(server), connect_listener=lambda: client.on("data", on_data))
        state(
            "client",
            client,
            *("destroyed", "closed", "ready_state", "connecting", "writable", "readable"),
        )

    server.on("connection", on_connection)
    client = observe("client", net.connect(**target(server)))
    client.once("connect", on_connect)
