from prelude import Socket, log, net, path, watch

name = "\0" + path("abstract")


@net.create_server
def server(peer: Socket) -> None:
    peer.end("no file")
    server.close()


@server.on("listening")
def _() -> None:
    log("server", "same", server.address() == name)
    watch("client", net.connect(name))


server.listen(name)
