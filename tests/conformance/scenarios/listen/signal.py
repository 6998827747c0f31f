from prelude import endpoint, net, state, watch

controller = net.AbortController()


def on_listening() -> None:
    controller.abort()
    state("server", server, "listening")


server = watch("server", net.create_server())
server.listen(**endpoint(), signal=controller.signal, callback=on_listening)
