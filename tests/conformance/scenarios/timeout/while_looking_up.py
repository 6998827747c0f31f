from prelude import later, log, net, state, watch


def lookup(*args: object) -> None:
    later(0.3, lambda: log("lookup", "gave up"))


def on_timeout() -> None:
    state("client", client, "connecting")
    client.destroy(Exception("gave up"))


client = net.connect(port=1, host="somewhere.test", lookup=lookup)
watch("client", client)
client.set_timeout(0.03, on_timeout)
