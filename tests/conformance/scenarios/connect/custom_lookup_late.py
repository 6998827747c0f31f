from typing import Any

from prelude import Socket, later, net, state, watch


@net.create_server
def server(peer: Socket) -> None:
    peer.end()
    server.close()


def lookup(host: str, options: Any, callback: Any) -> None:
    later(0.01, lambda: callback(None, "127.0.0.1", 4))


@server.on("listening")
def _() -> None:
    client = net.connect(port=server.address().port, host="somewhere.test", lookup=lookup)
    watch("client", client)
    client.on(
        "lookup", lambda *args: state("client", client, "connecting", "pending", "ready_state")
    )


server.listen(0, "127.0.0.1")
