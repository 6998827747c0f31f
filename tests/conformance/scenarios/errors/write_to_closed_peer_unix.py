from prelude import Socket, done, later, log, net, path, state, watch


@net.create_server
def server(peer: Socket) -> None:
    peer.destroy()
    server.close()


@server.on("listening")
def _() -> None:
    client = net.connect(path=path("s"), allow_half_open=True)

    def write() -> None:
        log("client", "write", client.write("nobody there", done("client", "written")))
        state("client", client, "destroyed")

    watch("client", client)
    client.on("end", lambda: later(0.01, write))


server.listen(path("s"))
