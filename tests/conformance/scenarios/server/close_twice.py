from prelude import Server, done, serve, watch


@serve()
def _(server: Server) -> None:
    watch("server", server)
    server.close(done("server", "first"))
    server.close(done("server", "second"))
    server.once("close", lambda: server.close(done("server", "third")))
