from prelude import endpoint, log, net

server = net.create_server()
log("server", "unref", server.unref() is server)
log("server", "ref", server.ref() is server)


@server.on("listening")
def _() -> None:
    log("server", "unref", server.unref() is server)
    log("server", "ref", server.ref() is server)
    server.close()


server.listen(**endpoint())
