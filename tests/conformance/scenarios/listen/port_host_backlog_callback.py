from prelude import log, net, watch


def on_listening() -> None:
    log("server", "callback", server.address())
    server.close()


server = watch("server", net.create_server())
server.listen(0, "127.0.0.1", 5, on_listening)
