from prelude import Server, Socket, later, log, pair, state, watch


@pair()
def _(client: Socket, peer: Socket, server: Server) -> None:
    watch("client", client)
    state("client", client, "readable_flowing")
    log("client", "itself", client.pause() is client)
    log("client", "paused", client.is_paused())
    state("client", client, "readable_flowing")
    peer.end("waiting")

    def resume() -> None:
        log("client", "resuming")
        client.resume()
        log("client", "paused", client.is_paused())
        state("client", client, "readable_flowing")

    later(0.03, resume)
