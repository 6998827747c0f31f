from prelude import Socket, log, net, state, watch


@net.create_server
def server(peer: Socket) -> None:
    state("peer", peer, "remote_address", "remote_family", "local_address", "local_family")
    peer.end()
    server.close()


@server.on("listening")
def _() -> None:
    log("server", "address", server.address())
    client = watch("client", net.connect(server.address().port, "::1"))
    client.on("connect", lambda: log("client", "address", client.address()))


server.listen(0, "::1")
