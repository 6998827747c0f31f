from typing import Any

from prelude import later, log, net, state, watch


def lookup(host: str, options: Any, callback: Any) -> None:
    log("lookup", options.all)
    later(0, lambda: callback(None, [("127.0.0.1", 4)]))


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
client.on("close", lambda *_: state("client", client, "auto_select_family_attempted_addresses"))
