# Where nobody listens, from where that cannot be; the zone of an address is an interface.
from functools import partial

from prelude import log, net, watch


def tell(name: str, error: net.SystemCallError) -> None:
    log(name, error.code, error.syscall, error.address)


def connect_all(port: int) -> None:
    for host, local_address in (
        ("127.0.0.1", "::1"),
        ("::1", "127.0.0.1"),
        ("127.0.0.1", "fe80::1%lo"),
        ("::1", "fe80::1"),
        ("::1", "fe80::1%nosuch"),
        ("::1", "::1%lo"),
        ("::1", "::1%nosuch"),
        ("::1%lo", None),
        ("::1%nosuch", None),
    ):
        client = net.connect(port=port, host=host, local_address=local_address)
        name = f"{host} from {local_address or '-'}".replace(":", ".")
        watch(name, client, "connect", "close")
        client.on("error", partial(tell, name))


def on_listening() -> None:
    port = closed.address().port
    closed.close(lambda: connect_all(port))


closed = net.create_server()
closed.listen(0, "::1", on_listening)
