from prelude import Server, Socket, collect, done, log, net, serve, state, target, watch


@serve()
def _(server: Server) -> None:
    def on_connection(peer: Socket) -> None:
        collect("peer", peer)
        server.close()

    server.on("connection", on_connection)
    client = watch("client", net.connect(**target(server)))
    log("client", "write", client.write("one ", done("client", "written 1")))
    log("client", "write", client.write("two", done("client", "written 2")))
    state("client", client, "bytes_written", "buffer_size", "writable_length", "pending")
    client.on("connect", lambda: state("client", client, "bytes_written", "writable_length"))
    client.on("ready", lambda: client.end())
