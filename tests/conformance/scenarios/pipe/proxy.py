from prelude import Server, Socket, net, serve, target, watch


@serve()
def _(server: Server) -> None:
    def on_connection(peer: Socket) -> None:
        watch("peer", peer)
        peer.once("data", lambda chunk: peer.end("answer"))
        server.close()

    def on_proxied(inner: Socket) -> None:
        outer = net.connect(**target(server))
        watch("inner", inner, "pipe", "unpipe", "finish", "error", "close").pipe(outer)
        watch("outer", outer, "pipe", "unpipe", "end", "error", "close").pipe(inner)
        proxy.close()

    def on_listening() -> None:
        client = watch("client", net.connect(proxy.address().port, "127.0.0.1"))
        client.write("question")

    server.on("connection", on_connection)
    proxy = net.create_server(on_proxied)
    proxy.listen(0, "127.0.0.1", on_listening)
