from prelude import Server, Socket, collect, log, net, serve, state, target, watch

FIELDS = ("writable_length", "writable_need_drain", "writable_high_water_mark", "buffer_size")


@serve()
def _(server: Server) -> None:
    def on_connection(peer: Socket) -> None:
        collect("peer", peer)
        server.close()

    def on_drain() -> None:
        state("client", client, *FIELDS)
        client.end()

    server.on("connection", on_connection)
    client = watch("client", net.connect(**target(server), high_water_mark=10))
    log("client", "write", client.write("12345"))
    state("client", client, *FIELDS)
    log("client", "write", client.write("1234"))
    state("client", client, *FIELDS)
    log("client", "write", client.write("1"))
    state("client", client, *FIELDS)
    log("client", "write", client.write("more"))
    state("client", client, *FIELDS)
    client.on("drain", on_drain)
