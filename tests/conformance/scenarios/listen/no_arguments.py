from prelude import log, net, watch


def on_listening() -> None:
    log("server", "address", server.address())
    server.close()


server = watch("server", net.create_server())
server.listen()
server.on("listening", on_listening)
