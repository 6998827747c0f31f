from children import child, is_child, parent
from prelude import Server, Socket, log, net, watch


def accept() -> None:
    shared: list[Server] = []

    @parent.on("message")
    def _(message: str, server: Server | None) -> None:
        if server is None:
            shared[0].close(lambda *error: parent.send("closed"))
            return
        shared.append(server)
        server.on("connection", lambda socket: socket.end("the child"))
        server.listen(server)
        server.start()
        listens = str(server.listening).lower()
        parent.send(f"listens {listens} {server.address().address}")


def share() -> None:
    other = watch("child", child(), "exit")
    server = watch("server", net.create_server(), "connection", "close")

    @server.on("listening")
    def _() -> None:
        port = server.address().port

        def connect() -> Socket:
            return watch("client", net.connect(port, "127.0.0.1"), "data", "error", "close")

        def closed(*error: object) -> None:
            server.get_connections(lambda error, number: log("server", "count", error, number))
            connect().on("close", lambda had_error: other.send("close it"))

        steps = [
            lambda: server.close(closed),
            lambda: connect().on("close", lambda had_error: other.disconnect()),
        ]

        @other.on("message")
        def _(message: str) -> None:
            log("message", message)
            steps.pop(0)()

        other.send("take it", server)

    server.listen(0, "127.0.0.1")


accept() if is_child else share()
