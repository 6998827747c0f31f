from prelude import log, net, watch

first = net.create_server(lambda peer: log("first", "connection"))


@first.on("listening")
def _() -> None:
    def on_listening() -> None:
        log("second", "same", second.address().port == first.address().port)
        second.close()
        first.close()

    second = watch("second", net.create_server())
    second.listen(first, on_listening)


first.listen(0, "127.0.0.1")
