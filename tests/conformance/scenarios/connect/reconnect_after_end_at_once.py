from prelude import net, path, state, watch

server = net.create_server(lambda peer: peer.on("error", lambda error: None).resume())


@server.on("listening")
def _() -> None:
    def on_ready() -> None:
        client.end()
        client.connect(path("s"))
        state("client", client, "destroyed", "ready_state", "connecting", "writable")

    client = watch("client", net.connect(path("s")), "connect", "ready", "error", "close")
    client.resume()
    client.on("close", lambda: server.close())
    client.once("ready", on_ready)


server.listen(path("s"))
