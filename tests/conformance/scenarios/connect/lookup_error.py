from typing import Any

from prelude import net, state, watch


def lookup(host: str, options: Any, callback: Any) -> None:
    callback(Exception("no such host"), None, None)


client = net.connect(port=1, host="somewhere.test", lookup=lookup)
watch("client", client)
client.on(
    "close", lambda had_error: state("client", client, "connecting", "destroyed", "ready_state")
)
