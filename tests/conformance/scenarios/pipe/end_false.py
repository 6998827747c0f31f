from prelude import Server, Socket, later, log, pair, watch


@pair()
def _(client: Socket, peer: Socket, server: Server) -> None:
    @pair()
    def _(other: Socket, sink: Socket, server: Server) -> None:
        def end() -> None:
            log("other", "writable", other.writable)
            other.end(" the end")

        watch("sink", sink)
        watch("other", other)
        peer.pipe(other, end=False)
        peer.on("end", lambda: later(0.02, end))
        watch("client", client, "finish", "end", "close").end("piped")
        client.resume()
