from prelude import Server, Socket, collect, done, log, net, serve, target, watch


@serve()
def _(server: Server) -> None:
    def on_connection(peer: Socket) -> None:
        collect("peer", peer)
        server.close()

    server.on("connection", on_connection)
    client = watch("client", net.connect(**target(server)))
    log("client", "write", client.write(b"a" * 20000, done("client", "written 1")))
    log("client", "write", client.write("b", done("client", "written 2")))
    log("client", "write", client.write("c", done("client", "written 3")))
    client.on("drain", lambda: client.end())
