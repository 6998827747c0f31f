from prelude import Server, Socket, log, pair


@pair()
def _(client: Socket, peer: Socket, server: Server) -> None:
    peer.resume()
    client.resume()
    log("client", client.set_no_delay() is client, client.set_no_delay(False) is client)
    log("client", client.set_keep_alive() is client, client.set_keep_alive(True, 5) is client)
    log("client", client.set_keep_alive(False) is client, client.set_keep_alive(True) is client)
    client.end()
