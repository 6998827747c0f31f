from prelude import Server, Socket, log, pair, watch

@pair()
def _(client: Socket, peer: Socket, server: Server) -> None:
    watch("client", client, "error")
    peer.write("one")
    peer.on("data", lambda chunk: peer.end("two") if len(chunk) == 1 else peer.write("more"))
    chunks = 0
    for chunk in client:
        log("client", "chunk", chunk)
        chunks += 1
        client.write("x" * (3 - chunks))
    log("client", "after", chunks)
