from prelude import Server, Socket, log, observe, pair


@pair()
def _(client: Socket, peer: Socket, server: Server) -> None:
    def on_readable() -> None:
        while (chunk := client.read()) is not None:
            log("client", "read", chunk)
        log("client", "read nothing")

    observe("client", client)
    client.on("readable", on_readable)
    peer.write("one")
    peer.on("data", lambda chunk: peer.end())
    client.once("readable", lambda: client.write("next"))
