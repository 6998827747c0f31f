from prelude import Socket, log, net, observe, state, target


def greet(peer: Socket) -> None:
    peer.on("error", lambda error: None)
    peer.write("hello")
    server.close()


def begin() -> None:
    refused = target(closed)
    closed.close(lambda: connect(refused))


def connect(refused: dict[str, object]) -> None:
    client = observe("client", net.connect(**refused))

    def on_data(chunk: bytes) -> None:
        log("client", "data", chunk)
        client.destroy()

    def on_error(error: Exception) -> None:
        client.connect(**target(server), connect_listener=lambda: log("client", "connected"))
        state("client", client, "destroyed", "closed", "ready_state", "connecting")

    client.on("data", on_data)
    client.once("error", on_error)


server = net.create_server(greet)
closed = net.create_server()
server.listen(0, "127.0.0.1", lambda: closed.listen(0, "127.0.0.1", begin))
