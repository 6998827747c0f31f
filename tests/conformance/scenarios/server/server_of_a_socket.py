from prelude import Server, Socket, later, log, net, serve, state, target


@serve()
def server(server: Server) -> None:
    client = net.connect(**target(server))
    state("client", client, "server")
    client.resume()


def own(socket: Socket) -> None:
    log("peer", "server", socket.server is server)


def on_connection(peer: Socket) -> None:
    def on_close() -> None:
        own(peer)
        later(0.01, lambda: own(peer))

    own(peer)
    peer.on("close", on_close)
    peer.destroy()
    own(peer)
    server.close()


server.on("connection", on_connection)
