from prelude import Socket, net, watch


def on_connection(peer: Socket) -> None:
    watch("peer", peer)
    server.close()


server = net.create_server(no_delay=True, keep_alive=True, keep_alive_initial_delay=1)
server.on("connection", on_connection)


@server.on("listening")
def _() -> None:
    client = net.connect(
        port=server.address().port,
        host="127.0.0.1",
        local_address="127.0.0.1",
        family=4,
        no_delay=True,
        keep_alive=True,
        keep_alive_initial_delay=1,
        allow_half_open=False,
        high_water_mark=1234,
        timeout=30,
    )
    watch("client", client).end("x")


server.listen(0, "127.0.0.1")
