from prelude import Socket, log, net, observe, state, target


def on_listening() -> None:
    client = observe("client", Socket())
    client.on("close", lambda: server.close())
    client.on("connectionAttempt", lambda: log("client", "attempt"))
    client.connect(**target(server), connect_listener=lambda: log("client", "first"))
    client.connect(**target(server), connect_listener=lambda: log("client", "second"))
    state("client", client, "ready_state", "connecting")


server = net.create_server(lambda peer: peer.on("error", lambda error: None).resume())
server.listen(0, "127.0.0.1", on_listening)
