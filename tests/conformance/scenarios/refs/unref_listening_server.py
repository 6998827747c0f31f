import atexit

from prelude import Server, log, serve


@serve()
def _(server: Server) -> None:
    log("server", "unref")
    atexit.register(server.close)
    server.unref()
