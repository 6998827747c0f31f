from typing import Any

from prelude import attempt, endpoint, net, state

server: Any = net.create_server()
attempt("server", "listen", lambda: server.listen(**endpoint(), signal="INVALID"))
state("server", server, "listening")
