from prelude import log, net, watch


def on_listening() -> None:
    log("server", "callback", server.address())
    server.close()


server = watch("server", net.create_server())
server.listen(port=None, host="127.0.0.1", callback=on_listening)
