from collections.abc import Callable

from children import child, is_child, parent
from prelude import Socket, later, log, net, watch


def hold() -> None:
    held: list[Socket] = []

    @parent.on("message")
    def _(message: str, socket: Socket | None) -> None:
        if socket is None:
            held[0].end("bye")
            return
        held.append(watch("held", socket, "end", "close").resume())
        socket.on("close", lambda had_error: parent.send("closed"))
        parent.send("has it")


def share() -> None:
    other = watch("child", child(), "exit")
    server = watch("server", net.create_server(), "close")

    def count(label: str, call: Callable[[], object]) -> None:
        def counted(error: BaseException | None, number: int) -> None:
            log("server", label, error, number)
            call()

        later(0.05, lambda: server.get_connections(counted))

    def connect() -> None:
        watch("client", net.connect(server.address().port, "127.0.0.1"), "data", "close")

    def has_it() -> None:
        @server.once("connection")
        def _(second: Socket) -> None:
            def counted() -> None:
                second.destroy()
                second.on("close", lambda _: count("one there", lambda: other.send("end it")))

            count("one here, one there", counted)

        connect()

    def end() -> None:
        server.close()
        other.disconnect()

    steps = {"has it": has_it, "closed": lambda: count("none", end)}
    other.on("message", lambda message: steps[message]())

    @server.once("connection")
    def _(first: Socket) -> None:
        other.send("take it", first)

    server.listen(0, "127.0.0.1", connect)


hold() if is_child else share()
