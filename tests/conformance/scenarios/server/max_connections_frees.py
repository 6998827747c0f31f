from prelude import Socket, endpoint, net, target, watch

server = watch("server", net.create_server(), "connection", "close")
server.max_connections = 1


@server.on("listening")
def _() -> None:
    first = net.connect(**target(server)).resume()

    @server.once("connection")
    def _(peer: Socket) -> None:
        def on_close(had_error: bool) -> None:
            second = net.connect(**target(server)).resume()

            @server.once("connection")
            def _(following: Socket) -> None:
                following.resume()
                server.close()
                second.end()

        peer.resume()
        first.end()
        peer.on("close", on_close)


server.listen(**endpoint())
