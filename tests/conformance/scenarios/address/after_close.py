from prelude import Socket, log, net, state

FIELDS = ("remote_address", "remote_family", "local_address", "local_family")


@net.create_server
def server(peer: Socket) -> None:
    peer.end()
    server.close()


@server.on("listening")
def _() -> None:
    def show(*args: object) -> None:
        state("client", client, *FIELDS)
        log("client", "port", client.remote_port == port)

    port = server.address().port
    client = net.connect(port, "127.0.0.1")
    client.on("connect", show)
    client.on("close", show)
    client.resume()


server.listen(0, "127.0.0.1")
