from typing import Any

from prelude import attempt, net, state, watch

server = watch("server", net.create_server())


def listen(label: str, port: Any) -> None:
    attempt("server", label, lambda: server.listen(port=port))


for port in (-1, 65536, 1.5, float("nan"), float("inf")):
    listen("port", port)
for text in ("65536", "-1", "x", ""):
    listen(f"port '{text}'", text)
attempt("server", "positional", lambda: server.listen(65536))
attempt("server", "positional", lambda: server.listen(-1, "127.0.0.1"))
state("server", server, "listening")
