from prelude import Server, Socket, log, observe, pair, state


@pair()
def _(client: Socket, peer: Socket, server: Server) -> None:
    observe("client", client)

    def listener(chunk: bytes) -> None:
        log("client", "data", chunk)
        client.off("data", listener)
        state("client", client, "readable_flowing")
        peer.end("ignored?")

    client.on("data", listener)
    peer.write("heard")
