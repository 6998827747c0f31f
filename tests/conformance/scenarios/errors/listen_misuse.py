from typing import Any

from prelude import attempt, net, state

server: Any = net.create_server()
attempt("server", "host only", lambda: server.listen(host="127.0.0.1"))
attempt("server", "boolean", lambda: server.listen(True))
attempt("server", "fd", lambda: server.listen(fd=-1))
state("server", server, "listening")
