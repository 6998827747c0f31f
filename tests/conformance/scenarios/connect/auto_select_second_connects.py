from typing import Any

from prelude import Socket, later, log, net, state, watch


@net.create_server
def server(peer: Socket) -> None:
    peer.end()
    server.close()


def lookup(host: str, options: Any, callback: Any) -> None:
    later(0, lambda: callback(None, [("127.0.0.3", 4), ("127.0.0.1", 4)]))


@server.on("listening")
def _() -> None:
    client = net.connect(
        port=server.address().port, host="somewhere.test", lookup=lookup, auto_select_family=True
    )
    watch("client", client, "lookup", "connect", "error", "close")

    @client.on("connectionAttempt")
    def _(address: str, port: int, family: int) -> None:
        log("client", "attempt", address, family)

    @client.on("connectionAttemptFailed")
    def _(address: str, port: int, family: int, error: Any) -> None:
        log("client", "failed", address, error.code)

    @client.on("connect")
    def _() -> None:
        client.resume()
        state("client", client, "remote_address", "connecting")
        log("client", "tried", len(client.auto_select_family_attempted_addresses or []))


server.listen(0, "127.0.0.1")
