import os

from prelude import Socket, log, net, path, watch

with open(path("file"), "w") as file:
    file.write("kept")


@net.create_server
def server(peer: Socket) -> None:
    pass


@server.on("error")
def _(error: Exception) -> None:
    with open(path("file")) as file:
        log("file", file.read())
    os.unlink(path("file"))


watch("server", server)
server.listen(path("file"))
