from prelude import Socket, log, net, watch

server = net.create_server()
reserved = net.create_server()


@reserved.on("listening")
def _() -> None:
    local_port = reserved.address().port

    def on_connection(peer: Socket) -> None:
        log("peer", "chosen", peer.remote_port == local_port)
        server.close()
        peer.resume()

    def on_listening() -> None:
        port = server.address().port
        client = net.connect(port=port, host="127.0.0.1", local_port=local_port)
        watch("client", client)
        client.on("connect", lambda: log("client", "chosen", client.local_port == local_port))
        server.on("connection", on_connection)
        server.on("connection", lambda peer: client.end())

    reserved.close(lambda *error: server.listen(0, "127.0.0.1", on_listening))


reserved.listen(0, "127.0.0.1")
