from typing import Any

from prelude import Socket, attempt, state, watch

socket: Any = Socket()
watch("socket", socket)
attempt("socket", "end", lambda: socket.end(5))
attempt("socket", "end", lambda: socket.end({}))
state("socket", socket, "writable_ended", "destroyed")
