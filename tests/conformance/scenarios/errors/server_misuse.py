from typing import Any

from prelude import attempt, net

create_server: Any = net.create_server
attempt("server", "options", lambda: create_server("x"))
