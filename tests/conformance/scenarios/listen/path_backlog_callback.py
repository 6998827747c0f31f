from prelude import log, net, path, watch


def on_listening() -> None:
    log("server", "callback", server.address())
    server.close()


server = watch("server", net.create_server())
server.listen(path("s"), 5, on_listening)
