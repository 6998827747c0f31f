from prelude import Server, Socket, later, pair, state, watch


@pair()
def _(client: Socket, peer: Socket, server: Server) -> None:
    @pair()
    def _(other: Socket, sink: Socket, server: Server) -> None:
        def look() -> None:
            state("peer", peer, "readable_flowing", "destroyed")
            client.destroy()
            peer.resume()

        sink.on("error", lambda error: None).resume()
        watch("other", other, "pipe", "unpipe", "error", "close")
        watch("peer", peer, "pause", "end", "error", "close")
        peer.pipe(other)
        client.resume()
        other.destroy()
        other.on("close", lambda had_error: later(0.01, look))
