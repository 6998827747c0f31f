from prelude import Server, log, net, serve, target, watch

@serve()
def _(server: Server) -> None:
    def on_connect() -> None:
        log("client", "listener")
        server.close()

    server.on("connection", lambda peer: peer.end())
    client = net.create_connection(**target(server), connect_listener=on_connect)
    watch("client", client)
