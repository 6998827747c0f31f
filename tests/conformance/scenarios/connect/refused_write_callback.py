from typing import Any

from prelude import done, log, net, nowhere, watch


@nowhere
def _(options: Any) -> None:
    client = watch("client", net.connect(**options))
    log("client", "write", client.write("lost", done("client", "written")))
    client.end("more", done("client", "ended"))
