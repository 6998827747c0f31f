from prelude import done, endpoint, log, net, state, watch


def on_listening() -> None:
    log("server", "callback")
    state("server", server, "listening")
    log("server", "address", server.address())
    log("server", "close itself", server.close(done("server", "closed")) is server)
    state("server", server, "listening")


server = watch("server", net.create_server())
state("server", server, "listening", "max_connections")
log("server", "address", server.address())
returned = server.listen(**endpoint(), backlog=10, callback=on_listening)
log("server", "listen itself", returned is server)
state("server", server, "listening")
