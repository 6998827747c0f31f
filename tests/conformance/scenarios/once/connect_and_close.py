from prelude import Server, log, net, serve, target


@serve()
def _(server: Server) -> None:
    server.on("connection", lambda peer: peer.end("x"))
    client = net.connect(**target(server))
    log("client", "connect", 0 if client.wait("connect") is None else 1)
    client.resume()
    log("client", "close", client.wait("close"))
    server.close()
