from prelude import Server, attempt, endpoint, serve, state, watch


@serve()
def _(server: Server) -> None:
    watch("server", server)
    attempt("server", "listen", lambda: server.listen(**endpoint()))
    state("server", server, "listening")
    server.close()
