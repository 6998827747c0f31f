from prelude import Server, attempt, done, net, serve, state, target, watch


@serve()
def _(server: Server) -> None:
    def on_close(had_error: bool) -> None:
        state("client", client, "closed", "bytes_written")
        server.close()

    client = watch("client", net.connect(**target(server)))
    client.write("never", done("client", "written"))
    attempt("client", "destroy", lambda: client.destroy())
    state("client", client, "connecting", "pending", "destroyed", "ready_state", "closed")
    client.on("close", on_close)
