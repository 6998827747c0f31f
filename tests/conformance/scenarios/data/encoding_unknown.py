from functools import partial
from typing import Any

from prelude import Socket, attempt, state

socket = Socket()
attempt("socket", "set_encoding", lambda: socket.set_encoding("klingon"))
state("socket", socket, "readable_encoding")
values: dict[str, Any] = {"empty": "", "boolean": False, "zero": 0, "list": []}
for label, value in values.items():
    other = Socket()
    attempt("socket", label, partial(other.set_encoding, value))
    state("socket", other, "readable_encoding")
