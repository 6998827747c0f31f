from prelude import Server, Socket, later, log, pair, state

DATA = bytes(16 << 20)


@pair(server={"high_water_mark": 100})
def _(client: Socket, peer: Socket, server: Server) -> None:
    def look() -> None:
        log("peer", "bounded", 100 <= peer.readable_length <= 65536)
        peer.destroy()
        client.destroy()

    client.on("error", lambda error: None)
    client.write(DATA)
    state("peer", peer, "readable_high_water_mark", "writable_high_water_mark")
    peer.once("readable", lambda: later(0.05, look))
