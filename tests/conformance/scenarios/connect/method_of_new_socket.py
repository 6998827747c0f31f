from prelude import Server, Socket, log, serve, state, target, watch

FIELDS = ("connecting", "pending", "ready_state", "destroyed", "readable", "writable")


@serve()
def _(server: Server) -> None:
    def on_connection(peer: Socket) -> None:
        peer.end()
        server.close()

    def on_connect() -> None:
        log("client", "listener")
        state("client", client, *FIELDS)

    server.on("connection", on_connection)
    client = watch("client", Socket())
    state("client", client, *FIELDS)
    returned = client.connect(**target(server), connect_listener=on_connect)
    log("client", "itself", returned is client)
    state("client", client, *FIELDS)
    client.on("close", lambda had_error: state("client", client, *FIELDS))
