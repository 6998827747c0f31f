from typing import Any

from prelude import Socket, attempt

make: Any = Socket
attempt("socket", "fd type", lambda: make(fd="x"))
attempt("socket", "fd negative", lambda: make(fd=-1))
attempt("socket", "signal", lambda: make(signal="x"))
socket: Any = Socket()
attempt("socket", "on", lambda: socket.on("data", 5))
attempt("socket", "once", lambda: socket.once("data", 5))
attempt("socket", "read", lambda: socket.read(-1))
