from prelude import log, net, watch

six = net.create_server()


@six.on("listening")
def _() -> None:
    def on_listening() -> None:
        four.close()
        six.close()

    log("six", "address", six.address())
    four = watch("four", net.create_server())
    four.listen(six.address().port, "0.0.0.0", on_listening)


six.listen(port=0, host="::", ipv6_only=True)
