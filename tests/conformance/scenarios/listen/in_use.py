from prelude import log, net, state, watch


def on_listening() -> None:
    def on_error(error: Exception) -> None:
        state("second", second, "listening")
        log("second", "address", second.address())
        first.close()

    second = watch("second", net.create_server())
    second.listen(first.address().port, "127.0.0.1", lambda: log("second", "never"))
    state("second", second, "listening")
    second.on("error", on_error)


first = net.create_server()
first.listen(0, "127.0.0.1", on_listening)
