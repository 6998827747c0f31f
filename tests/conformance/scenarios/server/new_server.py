from prelude import Server, Socket, endpoint, net, target, watch


def on_connection(peer: Socket) -> None:
    watch("peer", peer)
    server.close()


server = Server(on_connection)
watch("server", server)
server.listen(**endpoint(), callback=lambda: net.connect(**target(server)).end("x").resume())
