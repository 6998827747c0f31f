from prelude import Server, Socket, later, log, pair, watch


@pair()
def _(client: Socket, peer: Socket, server: Server) -> None:
    count = 0

    def write() -> None:
        nonlocal count
        count += 1
        log("client", "writing", count)
        client.write(f"{count}")
        if count < 8:
            later(0.1, write)

    watch("client", client)
    peer.resume()
    client.set_timeout(0.3)
    write()
    client.on("timeout", lambda: client.destroy())
