from prelude import net, path, watch

server = watch("server", net.create_server())
server.listen(path("no/such/directory"))
