from typing import Any

from prelude import log, net


def lookup(host: str, options: Any, callback: Any) -> None:
    callback(None, "127.0.0.1", 7)


client = net.connect(port=1, host="somewhere.test", lookup=lookup)
client.on("error", lambda error: log("client", "error", error.code))
client.on("close", lambda had_error: log("client", "close", had_error))
