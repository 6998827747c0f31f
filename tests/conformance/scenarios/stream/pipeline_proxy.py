from prelude import done, log, net, nowhere, serve, target, watch


@serve()
def _(server):
    def on_connection(peer):
        peer.once("data", lambda chunk: peer.end("answer"))
        server.close()

    def on_proxied(inner):
        outer = net.connect(**target(server))
        watch("inner", inner, "finish", "end", "error", "close")
        watch("outer", outer, "finish", "end", "error", "close")
        net.pipeline(inner, outer, inner, done("proxy", "done"))
        proxy.close()

    def on_listening():
        client = watch("client", net.connect(proxy.port, "127.0.0.1"))
        client.write("question")

    server.on("connection", on_connection)
    proxy = net.create_server(on_proxied)
    proxy.listen(0, "127.0.0.1", on_listening)


@nowhere
def _(refused):
    def on_proxied(inner):
        outer = net.connect(**refused)
        watch("refused inner", inner, "finish", "end", "error", "close")
        watch("refused outer", outer, "finish", "end", "error", "close")
        net.pipeline(inner, outer, inner, done("refused proxy", "done"))
        proxy.close()

    def on_listening():
        client = net.connect(proxy.port, "127.0.0.1")
        client.on("error", lambda error: None)
        client.on("close", lambda: log("refused client", "close"))

    proxy = net.create_server(on_proxied)
    proxy.listen(0, "127.0.0.1", on_listening)
