from prelude import Server, log, net, serve, target


@serve()
def _(server: Server) -> None:
    def on_close(had_error: bool) -> None:
        log("client", "close", client.listener_count("connect"))
        server.close()

    server.on("connection", lambda peer: peer.end())
    client = net.connect(**target(server), connect_listener=lambda: log("client", "listener"))
    log("client", "count", client.listener_count("connect"))
    client.resume()
    client.on("close", on_close)
