from prelude import done, log, net, state, watch

server = watch("server", net.create_server())
log("server", "itself", server.close(done("server", "closed")) is server)
state("server", server, "listening")
