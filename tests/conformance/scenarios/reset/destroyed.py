from prelude import Socket, attempt, net, watch


@net.create_server
def server(peer: Socket) -> None:
    peer.resume()
    server.close()


@server.on("listening")
def _() -> None:
    client = watch("client", net.connect(server.address().port, "127.0.0.1"))

    def reset() -> None:
        attempt("client", "reset", lambda: client.reset_and_destroy() is client)

    def on_ready() -> None:
        client.destroy()
        reset()

    client.on("ready", on_ready)
    client.on("close", lambda had_error: reset())


server.listen(0, "127.0.0.1")
