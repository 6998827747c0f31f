from prelude import log, net, watch

server = watch("server", net.create_server())
server.unref()


@server.on("listening")
def _() -> None:
    log("server", "listening")
    server.close()


server.listen(0, "127.0.0.1")
