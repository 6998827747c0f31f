from prelude import Server, Socket, log, observe, pair


@pair()
def _(client: Socket, peer: Socket, server: Server) -> None:
    def on_readable() -> None:
        log("client", "readable", client.readable_length)
        while (chunk := client.read(10)) is not None:
            log("client", "read", chunk)

    observe("client", client)
    peer.end("tail")
    client.on("readable", on_readable)
