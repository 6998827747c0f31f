from prelude import Socket, net, watch


@net.create_server
def server(peer: Socket) -> None:
    peer.end()
    server.close()


def on_listening() -> None:
    watch("client", net.connect(str(server.address().port), "127.0.0.1"))


server.listen("0", "127.0.0.1", on_listening)
