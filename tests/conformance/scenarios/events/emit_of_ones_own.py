from prelude import Socket, log, serve, target


def told(name, event, args):
    if event not in ("newListener", "removeListener", "connectionAttempt", "readable"):
        log(name, "emit", event, *args)


class Told(Socket):
    def emit(self, event, *args):
        told("client", event, args)
        return super().emit(event, *args)


@serve()
def _(server):
    @server.on("connection")
    def _(peer):
        emit, end = peer.emit, peer.end

        def emit_and_tell(event, *args):
            told("peer", event, args)
            return emit(event, *args)

        def end_and_tell(*args):
            log("peer", "end", len(args))
            return end(*args)

        peer.emit = emit_and_tell
        peer.end = end_and_tell

        @peer.on("data")
        def _(chunk):
            log("peer", "data", chunk)
            peer.write("answer")

        server.close()

    client = Told()
    client.connect(**target(server), connect_listener=lambda: client.write("question"))

    @client.on("data")
    def _(chunk):
        log("client", "data", chunk)
        client.end()
