from prelude import Server, net, serve, target, watch


@serve()
def _(server: Server) -> None:
    client = watch("client", net.connect(**target(server)))
    client.destroy(Exception("changed my mind"))
    client.on("close", lambda had_error: server.close())
