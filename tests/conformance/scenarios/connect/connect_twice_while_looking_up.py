# Two look-ups at once: the second answer comes when the first has connected, and is not looked at.
from collections.abc import Callable

from prelude import Socket, later, log, net, observe


def greet(peer: Socket) -> None:
    server.close()
    peer.on("error", lambda error: None)
    peer.write("hello")


def on_listening() -> None:
    port = server.address().port
    answers: list[Callable[..., None]] = []
    client = observe("client", Socket())

    def look_up(host: str, options: object, callback: Callable[..., None]) -> None:
        answers.append(callback)

    def on_data(chunk: bytes) -> None:
        log("client", "data", chunk)
        client.destroy()

    client.connect(port, "first", lookup=look_up, connect_listener=lambda: log("client", "first"))
    client.connect(port, "second", lookup=look_up, connect_listener=lambda: log("client", "second"))
    client.on("data", on_data)
    later(0.01, lambda: answers[0](None, "127.0.0.1", 4))


server = net.create_server(greet)
server.listen(0, "127.0.0.1", on_listening)
