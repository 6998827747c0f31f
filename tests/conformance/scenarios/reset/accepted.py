from prelude import Socket, later, net, watch


@net.create_server
def server(peer: Socket) -> None:
    watch("peer", peer)
    server.close()
    later(0.01, lambda: peer.reset_and_destroy())


server.listen(
    0,
    "127.0.0.1",
    lambda: watch("client", net.connect(server.address().port, "127.0.0.1")),
)
