from typing import Any

from prelude import Socket, attempt

socket: Any = Socket()
attempt("socket", "text", lambda: socket.set_timeout("100"))
attempt("socket", "negative", lambda: socket.set_timeout(-1))
attempt("socket", "nan", lambda: socket.set_timeout(float("nan")))
attempt("socket", "infinite", lambda: socket.set_timeout(float("inf")))
attempt("socket", "nothing", lambda: socket.set_timeout(None))
attempt("socket", "callback", lambda: socket.set_timeout(1, "no function"))
