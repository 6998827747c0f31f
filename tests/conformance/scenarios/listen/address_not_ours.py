from prelude import net, watch

server = watch("server", net.create_server())
server.listen(0, "203.0.113.1")
