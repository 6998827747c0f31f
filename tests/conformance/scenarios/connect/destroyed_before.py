from prelude import Server, Socket, log, observe, serve, state, target


@serve()
def _(server: Server) -> None:
    def on_connection(peer: Socket) -> None:
        peer.on("error", lambda error: None)
        peer.write("hello")
        server.close()

    def on_data(chunk: bytes) -> None:
        log("client", "data", chunk)
        client.destroy()

    server.on("connection", on_connection)
    client = observe("client", Socket())
    client.destroy()
    client.connect(**target(server), connect_listener=lambda: client.on("data", on_data))
    state("client", client, "destroyed", "ready_state", "connecting")
