from prelude import Server, Socket, done, later, observe, pair


@pair()
def _(client: Socket, peer: Socket, server: Server) -> None:
    def destroy() -> None:
        client.destroy(Exception("enough"))
        peer.destroy()

    observe("client", client)
    peer.on("error", lambda error: None).pause()
    client.write(bytes(32 << 20), done("client", "written 1"))
    client.write("queued", done("client", "written 2"))
    later(0.02, destroy)
