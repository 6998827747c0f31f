from prelude import Socket, later, net, watch


def on_connection(peer: Socket) -> None:
    watch("peer", peer)
    server.close()
    peer.on("end", lambda: later(0.01, lambda: peer.reset_and_destroy()))


server = net.create_server(on_connection, allow_half_open=True)


@server.on("listening")
def _() -> None:
    watch("client", net.connect(server.address().port, "127.0.0.1")).end("question")


server.listen(0, "127.0.0.1")
