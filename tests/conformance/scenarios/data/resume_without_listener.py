from prelude import Server, Socket, observe, pair, state


@pair()
def _(client: Socket, peer: Socket, server: Server) -> None:
    observe("client", client)
    client.resume()
    peer.end("thrown away")
    client.on(
        "close",
        lambda had_error: state(
            "client", client, "bytes_read", "readable_did_read", "readable_length"
        ),
    )
