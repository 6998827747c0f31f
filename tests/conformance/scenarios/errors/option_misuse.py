from functools import partial
from typing import Any

from prelude import attempt, log, net

create_server: Any = net.create_server
make_socket: Any = net.Socket
values: dict[str, Any] = {"text": "5", "boolean": True, "list": [], "object": {}}
for label, value in values.items():
    attempt("server", f"delay {label}", partial(create_server, keep_alive_initial_delay=value))
    attempt("server", f"mark {label}", partial(create_server, high_water_mark=value))
    attempt("socket", f"delay {label}", partial(make_socket, keep_alive_initial_delay=value))
    attempt("socket", f"mark {label}", partial(make_socket, high_water_mark=value))

for label, value in {"negative": -1, "fraction": 1.5}.items():
    attempt("server", f"delay {label}", partial(create_server, keep_alive_initial_delay=value))
    attempt("socket", f"mark {label}", partial(make_socket, high_water_mark=value))
attempt("server", "mark negative", lambda: create_server(high_water_mark=-1))

ports: dict[str, Any] = {"boolean": True, "list": [], "object": {}, "float": 1.5}
for label, value in ports.items():
    server = net.create_server()
    attempt("listen", f"port {label}", partial(server.listen, port=value))
    socket = net.Socket()
    attempt("connect", f"port {label}", partial(socket.connect, port=value))


def listen(label: str, ipv6_only: Any) -> None:
    server = net.create_server()

    def on_listening() -> None:
        address: Any = server.address()
        log("ipv6Only", label, address.address)
        server.close()

    server.listen(port=0, host="::1", ipv6_only=ipv6_only, callback=on_listening)


for label, value in {"one": 1, "text": "x", "zero": 0, "list": [1]}.items():
    listen(label, value)

text: Any = net.Socket()
text.set_encoding()
log("encoding", text.readable_encoding)
text.set_encoding(None)
log("encoding", text.readable_encoding)
attempt("socket", "encoding", lambda: make_socket().set_encoding("nothing"))
