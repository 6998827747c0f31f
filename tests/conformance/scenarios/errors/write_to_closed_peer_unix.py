from prelude import Socket, done, log, net, path, state, watch


@net.create_server
def server(peer: Socket) -> None:
    peer.destroy()
    server.close()


@server.on("listening")
def _() -> None:
    client = net.connect(path=path("s"), allow_half_open=True)

    def on_end() -> None:
        log("client", "write", client.write("nobody there", done("client", "written")))
        state("client", client, "destroyed")

    watch("client", client)
    client.on("end", on_end)


server.listen(path("s"))
