from prelude import Socket, net, state, watch


@net.create_server
def server(peer: Socket) -> None:
    state("peer", peer, "remote_address", "remote_family")
    peer.end()


@server.on("listening")
def _() -> None:
    def on_close(had_error: bool) -> None:
        six = watch("six", net.connect(server.address().port, "::1"))
        six.on("close", lambda had_error: server.close())

    four = watch("four", net.connect(server.address().port, "127.0.0.1"))
    four.on("close", on_close)


server.listen(0)
