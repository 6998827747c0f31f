from prelude import Server, Socket, log, pair, state, watch


@pair()
def _(client: Socket, peer: Socket, server: Server) -> None:
    @pair()
    def _(other: Socket, sink: Socket, server: Server) -> None:
        def on_data(chunk: bytes) -> None:
            log("peer", "itself", peer.unpipe(other) is peer)
            state("peer", peer, "readable_flowing")
            watch("peer", peer, "data", "resume", "end", "finish", "close")
            peer.resume()
            client.end("kept back")
            client.resume()
            peer.on("end", lambda: other.end())

        watch("sink", sink, "data", "end", "close")
        watch("other", other, "pipe", "unpipe", "finish", "close").resume()
        peer.pipe(other)
        client.write("through")
        sink.once("data", on_data)
