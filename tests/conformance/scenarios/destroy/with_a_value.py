from typing import Any

from prelude import Socket, log, net, observe, pair, watch

labels = {"boom": "string boom", 7: "number 7", 0: "number ", "": "string ", None: "undefined "}
values: list[Any] = ["boom", 7, 0, "", False, None]
for value in values:
    label = "boolean " if value is False else labels[value]
    socket = observe(label, net.Socket())
    socket.destroy(value)
    log(label, "destroyed", socket.destroyed)


@pair()
def _(client: Socket, peer: Socket, server: object) -> None:
    watch("client", client, "error", "close")
    peer.resume()
    boom: Any = "boom"
    client.destroy(boom)
