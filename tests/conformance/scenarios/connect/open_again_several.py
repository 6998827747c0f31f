from prelude import Socket, log, net, observe

connections = 0


def on_connection(peer: Socket) -> None:
    global connections
    connections += 1
    name = f"peer {connections}"
    log(name, "connection")
    peer.on("error", lambda error: None)
    peer.resume()
    peer.on("close", lambda: log(name, "closed"))
    peer.write(f"connection {connections}")
    if connections == 2:
        server.close()


def on_listening() -> None:
    port = server.address().port
    client = observe("client", net.connect(port, "127.0.0.1"))

    def again() -> None:
        client.connect(
            port=port,
            host="several",
            auto_select_family=True,
            lookup=lambda host, options, callback: callback(None, addresses),
        )

    def on_data(chunk: bytes) -> None:
        log("client", "data", chunk)
        if connections == 2:
            client.destroy()
            return
        # Linux takes the first connect() after the connection stands, and no other.
        client.connect(port, "127.0.0.1", again)

    client.on("connectionAttempt", lambda address: log("client", "attempt", address))
    client.on(
        "connectionAttemptFailed",
        lambda address, port, family, error: log("client", "failed", address, error.code),
    )
    client.on("data", on_data)


addresses = [{"address": "127.0.0.1", "family": 4}, {"address": "127.0.0.2", "family": 4}]
server = net.create_server(on_connection)
server.listen(0, "0.0.0.0", on_listening)
