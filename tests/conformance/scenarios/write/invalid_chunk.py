from typing import Any

from prelude import Socket, attempt, state, watch

socket: Any = Socket()
watch("socket", socket, "error", "close")
attempt("socket", "number", lambda: socket.write(5))
attempt("socket", "null", lambda: socket.write(None))
attempt("socket", "object", lambda: socket.write({}))
attempt("socket", "list", lambda: socket.write(["a"]))
attempt("socket", "boolean", lambda: socket.write(True))
attempt("socket", "encoding", lambda: socket.write("a", "klingon"))
state("socket", socket, "destroyed", "writable_length")
