from prelude import Socket, net, watch


@net.create_server
def server(peer: Socket) -> None:
    peer.end()
    server.close()


@server.on("listening")
def _() -> None:
    client = net.connect(server.address().port)
    watch("client", client, "connect", "ready", "end", "finish", "error", "close").resume()


server.listen(0)
