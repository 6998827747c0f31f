from prelude import Socket, attempt, each_state


@each_state
def _(name: str, socket: Socket) -> None:
    attempt(name, "set_timeout", lambda: socket.set_timeout(0.25) is socket)
