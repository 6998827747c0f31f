from prelude import attempt, endpoint, net, state, watch

server = watch("server", net.create_server())
attempt(
    "server",
    "listen",
    lambda: server.listen(**endpoint(), signal=net.AbortSignal.abort()) is server,
)
state("server", server, "listening")
