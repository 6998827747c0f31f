from prelude import Socket, endpoint, net, state, target


def on_connection(peer: Socket) -> None:
    state("peer", peer, "allow_half_open")
    peer.end()
    peer.resume()
    server.close()


server = net.create_server(on_connection, allow_half_open=True)
server.listen(**endpoint(), callback=lambda: net.connect(**target(server)).resume())
