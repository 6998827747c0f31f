from typing import Any

from prelude import later, net, state, watch


def lookup(host: str, options: Any, callback: Any) -> None:
    found = [("127.0.0.1", 4), ("127.0.0.2", 4), ("127.0.0.1", 4), ("::1", 6)]
    later(0, lambda: callback(None, found))


client = net.connect(port=1, host="somewhere.test", lookup=lookup, auto_select_family=True)
attempts = ("connectionAttempt", "connectionAttemptFailed")
watch("client", client, "lookup", *attempts, "connect", "error", "close")
client.on("close", lambda *_: state("client", client, "auto_select_family_attempted_addresses"))
