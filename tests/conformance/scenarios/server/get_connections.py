from collections.abc import Callable

from prelude import Server, Socket, log, net, serve, target


@serve()
def _(server: Server) -> None:
    clients: list[Socket] = []

    def show(call: Callable[[], object]) -> None:
        def callback(error: Exception | None, count: int | None = None) -> None:
            log("server", "connections", error, count)
            call()

        log("server", "itself", server.get_connections(callback) is server)

    def another() -> None:
        clients.append(net.connect(**target(server)).resume())

    def finish() -> None:
        for client in clients:
            client.end()
        server.close(lambda *error: show(lambda: None))

    def on_connection(peer: Socket) -> None:
        peer.resume()
        show(another if len(clients) < 3 else finish)

    server.on("connection", on_connection)
    show(another)
