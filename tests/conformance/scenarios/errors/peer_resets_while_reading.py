from prelude import Socket, net, state, watch


@net.create_server
def server(peer: Socket) -> None:
    peer.on("data", lambda chunk: peer.reset_and_destroy())
    server.close()


@server.on("listening")
def _() -> None:
    fields = ("destroyed", "bytes_read", "readable_ended", "readable_aborted")
    client = watch("client", net.connect(server.address().port, "127.0.0.1"))
    client.write("x")
    client.on("close", lambda had_error: state("client", client, *fields))


server.listen(0, "127.0.0.1")
