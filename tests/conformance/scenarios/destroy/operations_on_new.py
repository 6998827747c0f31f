from collections.abc import Callable

from prelude import Socket, attempt, state

socket = Socket()


def same(call: Callable[[], object]) -> Callable[[], bool]:
    return lambda: call() is socket


attempt("socket", "pause", same(lambda: socket.pause()))
attempt("socket", "resume", same(lambda: socket.resume()))
attempt("socket", "set_no_delay", same(lambda: socket.set_no_delay()))
attempt("socket", "set_keep_alive", same(lambda: socket.set_keep_alive(True, 1)))
attempt("socket", "ref", same(lambda: socket.ref()))
attempt("socket", "unref", same(lambda: socket.unref()))
attempt("socket", "read", lambda: socket.read())
attempt("socket", "address", lambda: not socket.address())
state(
    "socket",
    socket,
    "remote_address",
    "remote_port",
    "remote_family",
    "local_address",
    "local_port",
)
state("socket", socket, "bytes_read", "bytes_written", "buffer_size", "timeout", "pending")
