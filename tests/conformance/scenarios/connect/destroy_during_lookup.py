from typing import Any

from prelude import later, net, state, watch


def lookup(host: str, options: Any, callback: Any) -> None:
    later(0.02, lambda: callback(None, "127.0.0.1", 4))


client = net.connect(port=1, host="somewhere.test", lookup=lookup)
watch("client", client, "connect", "error", "close")
client.destroy()
state("client", client, "connecting", "destroyed", "ready_state")
