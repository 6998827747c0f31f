from prelude import endpoint, net, watch

server = watch("server", net.create_server())
server.listen(**endpoint(), exclusive=True, callback=lambda: server.close())
