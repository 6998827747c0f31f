from prelude import Socket, log, net, state

FIELDS = ("remote_address", "remote_family", "local_address", "local_family")


@net.create_server
def server(peer: Socket) -> None:
    state("peer", peer, *FIELDS)
    log("peer", "address", peer.address())
    log("peer", "port", peer.local_port == server.address().port)
    peer.end()
    server.close()


@server.on("listening")
def _() -> None:
    def on_connect() -> None:
        state("client", client, *FIELDS)
        log("client", "address", client.address())
        ports = client.remote_port == port, client.local_port == client.address().port
        log("client", "ports", *ports)

    port = server.address().port
    client = net.connect(port, "127.0.0.1")
    state("client", client, *FIELDS, "remote_port", "local_port")
    client.on("connect", on_connect)
    client.resume()


server.listen(0, "127.0.0.1")
