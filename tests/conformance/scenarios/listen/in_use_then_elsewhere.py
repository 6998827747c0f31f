from prelude import net, watch


def on_listening() -> None:
    def on_second_listening() -> None:
        second.close()
        first.close()

    second = watch("second", net.create_server())
    second.listen(first.address().port, "127.0.0.1")
    second.once("error", lambda error: second.listen(0, "127.0.0.1"))
    second.on("listening", on_second_listening)


first = net.create_server()
first.listen(0, "127.0.0.1", on_listening)
