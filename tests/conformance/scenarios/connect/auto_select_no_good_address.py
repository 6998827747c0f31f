from typing import Any

from prelude import later, log, net


def lookup(host: str, options: Any, callback: Any) -> None:
    later(0, lambda: callback(None, [("nonsense", 4), ("127.0.0.1", 7)]))


client = net.connect(port=1, host="somewhere.test", lookup=lookup, auto_select_family=True)
client.on("lookup", lambda error, address, family: log("client", "lookup", address, family))
client.on("error", lambda error: log("client", "error", error.code, str(error)))
