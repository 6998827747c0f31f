from prelude import attempt, net, serve, target, watch

# server.close() as the listener of an event: its arguments are no callback.
HOOKS = {
    "close": lambda socket, server: socket.on("close", server.close),
    "end": lambda socket, server: socket.on("end", server.close),
    "error": lambda socket, server: socket.on("error", server.close),
    "data": lambda socket, server: socket.once("data", server.close),
    "connection": lambda socket, server: server.once("connection", server.close),
}


def play(name, hook):
    @serve()
    def listening(server):
        def connected(peer):
            peer.on("error", lambda error: None)
            peer.resume()
            peer.end("x")

        def came(chunk):
            if name == "error":
                client.destroy(OSError("no"))

        watch(name, server, "close", "error")
        client = net.connect(**target(server))
        client.on("error", lambda error: None)
        client.resume()
        hook(client, server)
        server.on("connection", connected)
        client.once("data", came)


for name, hook in HOOKS.items():
    play(name, hook)

VALUES = {"none": None, "undefined": None, "false": False, "true": True, "zero": 0, "text": "x"}


def close(name, value):
    server = watch(name, net.create_server(), "close", "error")
    attempt(name, "closed", lambda: server.close(value) is server)


for name, value in VALUES.items():
    close(name, value)
