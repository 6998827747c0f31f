from prelude import log, net

server = net.create_server()


def on_listening() -> None:
    server.close()
    log("server", "address", server.address())


server.listen(0, "127.0.0.1", on_listening)
