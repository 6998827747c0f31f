from typing import Any

from prelude import net, nowhere, state, watch


@nowhere
def _(options: Any) -> None:
    client = watch("client", net.connect(**options))
    client.on(
        "error",
        lambda error: state(
            "client", client, "connecting", "pending", "destroyed", "ready_state", "errored"
        ),
    )
    client.on(
        "close",
        lambda had_error: state("client", client, "closed", "ready_state", "remote_address"),
    )
