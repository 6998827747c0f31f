from typing import Any

from prelude import log, net, nowhere


@nowhere
def _(options: Any) -> None:
    client = net.connect(**options)
    try:
        client.wait("connect")
    except OSError as error:
        log("client", "failed", error)
