from prelude import Server, Socket, later, log, net, observe, serve, state, target


@serve(pause_on_connect=True)
def _(server: Server) -> None:
    def on_connection(peer: Socket) -> None:
        def read() -> None:
            state("peer", peer, "bytes_read", "readable_length")
            peer.on("data", lambda chunk: log("peer", "data", chunk))
            peer.resume()

        state("peer", peer, "readable_flowing")
        log("peer", "paused", peer.is_paused())
        observe("peer", peer)
        later(0.05, read)
        server.close()

    server.on("connection", on_connection)
    net.connect(**target(server)).end("patience").resume()
