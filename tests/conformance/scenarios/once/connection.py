from prelude import Server, log, net, serve, target, watch


@serve()
def _(server: Server) -> None:
    watch("client", net.connect(**target(server)))
    peer = server.wait("connection")
    log("server", "connection", peer)
    peer.end("seen")
    server.close()
