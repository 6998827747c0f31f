from children import child, is_child, parent
from prelude import Socket, later, log, net, state, watch


def answer() -> None:
    @parent.on("message")
    def _(message: str, socket: Socket) -> None:
        watch("held", socket, "data", "end", "close")
        socket.once("data", lambda data: socket.end("the answer"))


def share() -> None:
    other = watch("child", child(), "exit")
    server = watch("server", net.create_server(pause_on_connect=True), "close")

    @server.on("connection")
    def _(socket: Socket) -> None:
        def pass_on() -> None:
            state("server", socket, "bytes_read")
            log("server", "paused", socket.is_paused())
            other.send("take it", socket)
            server.close()

        later(0.05, pass_on)

    @server.on("listening")
    def _() -> None:
        client = net.connect(server.address().port, "127.0.0.1")
        watch("client", client, "data", "end", "close")
        client.write("the question")
        client.on("close", lambda had_error: other.disconnect())

    server.listen(0, "127.0.0.1")


answer() if is_child else share()
