from children import child, is_child, parent
from prelude import Socket, later, log, net, watch


# 'close' waits for what a child holds, as long as the child lives.
def hold() -> None:
    held: list[Socket] = []

    @parent.on("message")
    def _(message: str, socket: Socket | None) -> None:
        if socket is None:
            held[0].end()
            return
        held.append(watch(f"held {len(held)}", socket, "close").resume())
        if len(held) == 2:
            parent.send("has them")


def share() -> None:
    other = watch("child", child(), "exit")
    server = watch("server", net.create_server(), "close")
    ends: list[bool] = []

    @other.on("message")
    def _() -> None:
        def both() -> None:
            log("server", "both are there")
            other.send("end one")

        server.close(lambda *error: log("server", "callback", *(error or [None])))
        later(0.05, both)

    def ended(had_error: bool) -> None:
        def one() -> None:
            log("server", "one is there")
            other.kill("SIGKILL")

        if not ends:
            later(0.05, one)
        ends.append(had_error)

    server.on("connection", lambda socket: other.send("take it", socket))

    @server.on("listening")
    def _() -> None:
        for n in range(2):
            client = net.connect(server.address().port, "127.0.0.1").resume()
            watch(f"client {n}", client, "close")
            client.on("error", lambda error: None)
            client.on("close", ended)

    server.listen(0, "127.0.0.1")


hold() if is_child else share()
