from prelude import Socket, endpoint, log, net, target


def on_connection(peer: Socket) -> None:
    log("server", "connections", server.connections)
    peer.resume()
    peer.on("close", lambda had_error: log("server", "connections", server.connections))


def on_listening() -> None:
    log("server", "connections", server.connections)
    client = net.connect(**target(server), connect_listener=lambda: client.end())
    client.resume().on("close", lambda had_error: server.close())


server = net.create_server(on_connection)
server.listen(**endpoint(), callback=on_listening)
