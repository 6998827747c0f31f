from prelude import done, endpoint, log, net, state, watch

server = watch("server", net.create_server())
server.listen(**endpoint(), callback=lambda: log("server", "callback"))
server.close(done("server", "closed"))
state("server", server, "listening")
