from prelude import Socket, net, state, watch


@net.create_server
def server(peer: Socket) -> None:
    state("peer", peer, "remote_address", "local_address")
    peer.end()
    server.close()


@server.on("listening")
def _() -> None:
    port = server.address().port
    client = watch("client", net.connect(port=port, host="127.0.0.1", local_address="127.0.0.2"))
    client.on("connect", lambda: state("client", client, "local_address", "remote_address"))


server.listen(0, "127.0.0.1")
