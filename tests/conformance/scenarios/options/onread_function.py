from itertools import count

from prelude import Server, Socket, log, net, serve, state, target, watch

sizes = count(1)


def on_read(length: int, filled: bytearray) -> None:
    log("client", "read", len(filled), filled[:length])


@serve()
def _(server: Server) -> None:
    @server.on("connection")
    def _(peer: Socket) -> None:
        peer.end("abcdefgh")
        server.close()

    client = net.connect(
        **target(server), onread={"buffer": lambda: bytearray(next(sizes)), "callback": on_read}
    )
    watch("client", client)
    client.on("close", lambda had_error: state("client", client, "bytes_read"))
