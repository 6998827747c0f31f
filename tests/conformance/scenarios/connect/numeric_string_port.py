from prelude import net, watch

server = net.create_server(lambda peer: peer.end())


def on_listening() -> None:
    client = net.connect(str(server.address().port), "127.0.0.1")
    watch("client", client)
    client.on("connect", lambda: server.close())


server.listen("0", "127.0.0.1", on_listening)
