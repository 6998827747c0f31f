from prelude import done, endpoint, later, net, state, watch


def look() -> None:
    state("server", server, "listening")
    server.close(done("server", "closed again"))


server = watch("server", net.create_server())
server.listen(**endpoint())
server.close(done("server", "closed"))
server.listen(**endpoint())
state("server", server, "listening")
later(0.05, look)
