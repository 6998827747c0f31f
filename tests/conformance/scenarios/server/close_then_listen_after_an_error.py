from prelude import net, watch


def on_listening() -> None:
    def on_error(error: BaseException) -> None:
        second.close()
        second.listen(0, "127.0.0.1")

    def on_second_listening() -> None:
        second.close()
        first.close()

    second = watch("second", net.create_server())
    second.listen(first.address().port, "127.0.0.1")
    second.once("error", on_error)
    second.on("listening", on_second_listening)


first = net.create_server()
first.listen(0, "127.0.0.1", on_listening)
