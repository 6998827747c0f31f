from prelude import Socket, attempt, each_state


@each_state
def _(name: str, socket: Socket) -> None:
    attempt(name, "set_no_delay", lambda: socket.set_no_delay() is socket)
    attempt(name, "set_keep_alive", lambda: socket.set_keep_alive(True, 1) is socket)
    attempt(name, "unref", lambda: socket.unref() is socket)
    attempt(name, "ref", lambda: socket.ref() is socket)
