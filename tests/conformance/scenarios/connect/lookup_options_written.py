"""A lookup function may write to its options, as those of dns.lookup() are."""

from typing import Any

from prelude import Server, Socket, log, net, serve, target, watch


@serve()
def _(server: Server) -> None:
    def on_connection(peer: Socket) -> None:
        server.close()
        peer.resume()

    def lookup(host: str, options: Any, callback: Any) -> None:
        options.family = 4
        options.all = False
        log("lookup", host, options.family, options.all)
        callback(None, "127.0.0.1", 4)

    server.once("connection", on_connection)
    where: Any = target(server)
    if "port" in where:
        where["host"] = "somewhere.test"
    watch("client", net.connect(**where, lookup=lookup)).end()
