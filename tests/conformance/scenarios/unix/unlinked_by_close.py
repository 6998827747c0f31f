import os

from prelude import log, net, path

server = net.create_server()


@server.on("listening")
def _() -> None:
    log("file", os.path.exists(path("s")))
    server.close(lambda *error: log("file", os.path.exists(path("s"))))


server.listen(path("s"))
