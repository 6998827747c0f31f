from prelude import Server, Socket, later, log, net, serve, target, watch


@serve()
def _(server: Server) -> None:
    @server.on("connection")
    def _(peer: Socket) -> None:
        peer.end("abc")
        server.close()

    def go_on() -> None:
        log("client", "goes on")
        client.resume()

    def on_read(length: int, filled: bytearray) -> bool:
        log("client", "read", filled)
        later(0.005, go_on)
        return False

    client = net.connect(**target(server), onread={"buffer": bytearray(1), "callback": on_read})
    watch("client", client, "end", "close")
