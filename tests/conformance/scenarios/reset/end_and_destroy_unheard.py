"""The end of a connection that was reset, which a paused socket has not heard of, is not sent when
it is destroyed in the same step.
"""

from collections.abc import Callable

from prelude import Socket, done, later, net, target, watch

how: dict[str, Callable[[Socket], object]] = {
    "nothing": lambda peer: None,
    "destroy": lambda peer: peer.destroy(),
    "fail": lambda peer: peer.destroy(Exception("broken")),
    "write": lambda peer: peer.write("x", done("write", "write")),
}


def run(name: str, act: Callable[[Socket], object]) -> None:
    def on_connection(peer: Socket) -> None:
        def end() -> None:
            peer.end(done(name, "end"))
            act(peer)
            later(0.05, peer.destroy)

        server.close()
        watch(name, peer, "finish", "end", "error", "close")
        later(0.1, end)

    def on_listening() -> None:
        client = net.connect(**target(server))
        client.on(
            "connect",
            lambda: client.write("a", lambda: later(0.03, client.reset_and_destroy)),
        )

    server = net.create_server(on_connection, pause_on_connect=True)
    server.listen(0, "127.0.0.1", on_listening)


for name, act in how.items():
    run(name, act)
