from prelude import attempt, net, observe, path, state

server = net.create_server(lambda peer: peer.resume())


@server.on("listening")
def _() -> None:
    client = net.connect(path("s"))

    @client.on("ready")
    def _() -> None:
        observe("client", client)
        client.on("close", lambda had_error: server.close())
        attempt("client", "connect", lambda: client.connect(path("s")) is client)
        state("client", client, "connecting")


server.listen(path("s"))
