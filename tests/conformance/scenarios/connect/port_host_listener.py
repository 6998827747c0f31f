from prelude import Socket, log, net, watch


@net.create_server
def server(peer: Socket) -> None:
    log("server", "connection")
    peer.end("hi")
    server.close()


@server.on("listening")
def _() -> None:
    port = server.address().port
    client = net.connect(port, "127.0.0.1", lambda: log("client", "listener"))
    watch("client", client)


server.listen(0, "127.0.0.1")
