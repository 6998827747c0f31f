from prelude import Socket, log, net, path, watch

server = watch("server", net.create_server(), "listening", "connection", "close")
server.on("drop", lambda info: log("server", "drop", info))
server.max_connections = 1


@server.on("listening")
def _() -> None:
    first = net.connect(path("s")).resume()

    @server.once("connection")
    def _(peer: Socket) -> None:
        def on_close(had_error: bool) -> None:
            first.end()
            server.close()

        peer.resume()
        second = watch("second", net.connect(path("s")), "connect", "close").resume()
        second.on("close", on_close)


server.listen(path("s"))
