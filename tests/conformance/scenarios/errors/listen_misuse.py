from typing import Any

from prelude import attempt, net, state

server: Any = net.create_server()
attempt("server", "boolean", lambda: server.listen(True))
attempt("server", "fd", lambda: server.listen(fd=-1))
state("server", server, "listening")
