from prelude import Server, Socket, later, log, observe, pair, state


@pair()
def _(client: Socket, peer: Socket, server: Server) -> None:
    observe("client", client)

    def later_on() -> None:
        state(
            "client", client, "bytes_read", "readable_length", "readable_ended", "readable_flowing"
        )
        client.on("data", lambda chunk: log("client", "data", chunk))

    peer.end("early bird", lambda *error: later(0.03, later_on))
