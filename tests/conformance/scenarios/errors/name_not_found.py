from typing import Any

from prelude import log, net, state

client = net.connect(port=1, host="does-not-exist.invalid")


@client.on("error")
def _(error: Any) -> None:
    state("client", error, "syscall", "hostname")
    log("client", "named", str(error) == f"getaddrinfo {error.code} does-not-exist.invalid")


@client.on("lookup")
def _(error: Any, address: Any, family: Any, host: Any) -> None:
    log("client", "lookup", error is not None, address, host)


client.on("close", lambda had_error: log("client", "close", had_error))
