from prelude import Socket, net, state, watch


@net.create_server
def server(peer: Socket) -> None:
    peer.end()
    server.close()


@server.on("listening")
def _() -> None:
    client = net.connect(port=server.address().port, host="localhost", family=4)
    watch("client", client)
    client.on("connect", lambda: state("client", client, "remote_address", "remote_family"))


server.listen(0, "127.0.0.1")
