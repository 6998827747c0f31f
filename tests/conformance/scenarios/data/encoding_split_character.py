from prelude import Server, Socket, pair, state, watch


@pair()
def _(client: Socket, peer: Socket, server: Server) -> None:
    client.set_encoding("utf8")
    watch("client", client)
    state("client", client, "readable_encoding")
    peer.write(b"a\xe2")
    client.once("data", lambda text: client.write("go"))
    peer.on("data", lambda chunk: peer.end(b"\x82\xacb"))
