from prelude import Server, Socket, later, pair, state, watch


@pair()
def _(client: Socket, peer: Socket, server: Server) -> None:
    @pair()
    def _(other: Socket, sink: Socket, server: Server) -> None:
        def look() -> None:
            state("other", other, "writable", "destroyed")
            other.destroy()

        watch("other", other, "pipe", "unpipe", "finish", "error", "close").resume()
        watch("sink", sink, "data", "end", "close")
        client.on("error", lambda error: None).resume()
        peer.pipe(other)
        client.write("some")
        sink.once("data", lambda chunk: peer.destroy())
        peer.on("close", lambda had_error: later(0.02, look))
