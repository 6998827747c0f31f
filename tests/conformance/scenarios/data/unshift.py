from prelude import Server, Socket, log, pair, state, watch


@pair()
def _(client: Socket, peer: Socket, server: Server) -> None:
    peer.write("header\nbody")

    @client.once("data")
    def _(chunk: bytes) -> None:
        client.pause()
        log("client", "header", chunk[:6])
        client.unshift(chunk[7:])
        state("client", client, "readable_length", "bytes_read")
        watch("client", client)
        client.resume()
        peer.end(" more")
