import os

from prelude import log, net, path

os.umask(0o077)
server = net.create_server()


@server.on("listening")
def _() -> None:
    log("file", f"{os.stat(path('s')).st_mode & 0o777:o}")
    server.close()


server.listen(path=path("s"), readable_all=True, writable_all=True)
