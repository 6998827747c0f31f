from children import child, is_child, parent
from prelude import Socket, log, net, watch


# What a child holds does not count for the limit.
def hold() -> None:
    @parent.on("message")
    def _(message: str, socket: Socket) -> None:
        socket.resume()
        parent.send("has it")


def share() -> None:
    other = watch("child", child(), "exit")
    server = watch("server", net.create_server(), "close", "drop")
    server.max_connections = 1
    firsts: list[Socket] = []

    def connect(name: str) -> Socket:
        client = net.connect(server.address().port, "127.0.0.1").resume()
        return watch(name, client, "end", "close")

    @server.once("connection")
    def _(socket: Socket) -> None:
        log("server", "first")

        @server.once("connection")
        def _(second: Socket) -> None:
            def dropped(had_error: bool) -> None:
                second.destroy()
                server.close()
                firsts[0].end()

            log("server", "second")
            connect("dropped").on("close", dropped)

        other.send("take it", socket)

    other.on("message", lambda message: connect("second"))

    @server.on("listening")
    def _() -> None:
        firsts.append(connect("first"))
        firsts[0].on("close", lambda had_error: other.disconnect())

    server.listen(0, "127.0.0.1")


hold() if is_child else share()
