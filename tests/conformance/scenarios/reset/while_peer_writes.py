from prelude import Socket, done, later, net, observe


@net.create_server
def server(peer: Socket) -> None:
    observe("peer", peer).pause()
    server.close()
    peer.write(bytes(32 << 20), done("peer", "written"))


@server.on("listening")
def _() -> None:
    client = net.connect(server.address().port, "127.0.0.1")
    client.once("readable", lambda: later(0.02, lambda: client.reset_and_destroy()))


server.listen(0, "127.0.0.1")
