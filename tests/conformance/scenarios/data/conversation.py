from prelude import Server, Socket, pair, watch


@pair()
def _(client: Socket, peer: Socket, server: Server) -> None:
    rounds = 0

    def on_data(chunk: bytes) -> None:
        nonlocal rounds
        rounds += 1
        if rounds < 20:
            client.write(f"round {rounds}")
        else:
            client.end()

    watch("client", client)
    watch("peer", peer)
    peer.on("data", lambda chunk: peer.write(b"re: " + chunk))
    client.on("data", on_data)
    client.write("round 0")
