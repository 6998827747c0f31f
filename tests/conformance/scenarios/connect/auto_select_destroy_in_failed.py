from typing import Any

from prelude import later, net, watch


def lookup(host: str, options: Any, callback: Any) -> None:
    later(0, lambda: callback(None, [("127.0.0.1", 4), ("127.0.0.2", 4)]))


client = net.connect(port=1, host="somewhere.test", lookup=lookup, auto_select_family=True)
watch(
    "client",
    client,
    "lookup",
    "connectionAttempt",
    "connectionAttemptFailed",
    "connect",
    "error",
    "close",
)
client.on("connectionAttemptFailed", lambda *args: client.destroy())
