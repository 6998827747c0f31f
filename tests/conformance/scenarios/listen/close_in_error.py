from prelude import done, net, watch


def on_listening() -> None:
    def on_error(error: Exception) -> None:
        second.close(done("second", "closed"))
        first.close()

    second = watch("second", net.create_server())
    second.on("error", on_error)
    second.listen(first.address().port, "127.0.0.1")


first = net.create_server()
first.listen(0, "127.0.0.1", on_listening)
