from prelude import Socket, log, net, path, state

FIELDS = ("remote_address", "remote_family", "remote_port", "local_address", "local_port")


@net.create_server
def server(peer: Socket) -> None:
    state("peer", peer, *FIELDS)
    peer.end()
    server.close()


@server.on("listening")
def _() -> None:
    log("server", "address", server.address())
    client = net.connect(path("s"))
    client.on("connect", lambda: state("client", client, *FIELDS))
    client.resume()


server.listen(path("s"))
