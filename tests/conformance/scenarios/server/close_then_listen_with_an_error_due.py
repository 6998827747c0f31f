from prelude import done, endpoint, later, net, path, state, watch


def look() -> None:
    state("server", server, "listening")
    server.close()


server = watch("server", net.create_server())
server.listen(path("missing/socket"))
server.close(done("server", "closed"))
server.listen(**endpoint())
later(0.05, look)
