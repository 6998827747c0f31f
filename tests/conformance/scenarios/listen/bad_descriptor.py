from prelude import net, watch

server = watch("server", net.create_server())
server.listen(fd=999)
