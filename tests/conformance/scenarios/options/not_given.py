"""An option that is undefined there and None here is one that was not given."""

from typing import Any

from prelude import Server, Socket, attempt, log, net, serve, target, watch

connect: Any = net.connect
create_server: Any = net.create_server
make_socket: Any = net.Socket


def serve_one(server: Server) -> None:
    def on_connection(peer: Socket) -> None:
        server.close()
        peer.resume()

    server.once("connection", on_connection)


log("server", create_server(keep_alive_initial_delay=None).keep_alive_initial_delay)
attempt("socket", "delay", lambda: make_socket(keep_alive_initial_delay=None))
attempt("socket", "keep alive", lambda: make_socket().set_keep_alive(True, None))


@serve()
def _(server: Server) -> None:
    serve_one(server)
    options: Any = {"keep_alive": True, "keep_alive_initial_delay": None, "hints": None}
    client = watch("client", connect(**target(server), **options, timeout=None))
    log("client", client.timeout)
    client.end()


@serve()
def _(server: Server) -> None:
    serve_one(server)
    client = connect(**target(server), timeout=0)
    log("without a timeout", client.timeout)
    client.end()
