from prelude import net, path, watch


def on_listening() -> None:
    second = watch("second", net.create_server())
    second.listen(path("s"))
    second.on("error", lambda error: first.close())


first = net.create_server()
first.listen(path("s"), on_listening)
