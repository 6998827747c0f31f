from collections.abc import Callable

from prelude import Server, Socket, attempt, pair, state


@pair()
def _(client: Socket, peer: Socket, server: Server) -> None:
    def same(call: Callable[[], object]) -> Callable[[], bool]:
        return lambda: call() is client

    def on_close(had_error: bool) -> None:
        attempt("client", "pause", same(lambda: client.pause()))
        attempt("client", "resume", same(lambda: client.resume()))
        attempt("client", "set_timeout", same(lambda: client.set_timeout(1)))
        attempt("client", "set_no_delay", same(lambda: client.set_no_delay()))
        attempt("client", "set_keep_alive", same(lambda: client.set_keep_alive(True)))
        attempt("client", "ref", same(lambda: client.ref()))
        attempt("client", "unref", same(lambda: client.unref()))
        attempt("client", "destroy", same(lambda: client.destroy()))
        attempt("client", "read", lambda: client.read())
        attempt("client", "address", lambda: not client.address())
        state("client", client, "remote_address", "remote_port", "local_address", "local_port")

    peer.resume()
    client.destroy()
    client.on("close", on_close)
