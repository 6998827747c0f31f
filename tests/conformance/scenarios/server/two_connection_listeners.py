from prelude import Socket, endpoint, log, net, target


@net.create_server
def server(peer: Socket) -> None:
    log("server", "first")
    peer.resume()


@server.on("connection")
def _(peer: Socket) -> None:
    log("server", "second")
    server.close()


@server.on("listening")
def _() -> None:
    log("server", "count", server.listener_count("connection"))
    net.connect(**target(server)).end().resume()


server.listen(**endpoint())
