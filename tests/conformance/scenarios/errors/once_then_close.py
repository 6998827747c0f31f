from prelude import Server, Socket, log, pair, watch


@pair()
def _(client: Socket, peer: Socket, server: Server) -> None:
    peer.resume()
    watch("client", client, "close")
    client.once("error", lambda error: log("client", "error", error))
    client.destroy(Exception("one"))
